import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue } from '../fixtures/catalogue/catalogue.js';
import { findExtensions } from '../fixtures/surroundings/extensions.js';
import { changedRequirements } from './changed-requirements.js';
import { makeContainerImage } from './container-image.js';
import { announce, runShell } from './run-shell.js';
import {
  lookalikeCounts,
  scenarioCounts,
  selftestCounts,
  skippedFor,
  specCounts,
} from './read-counts.js';
import type { Counts } from './read-counts.js';

// All parts run even if one fails, so that one run shows all failures.
process.chdir(join(import.meta.dirname, '..'));
const temporary = mkdtempSync(join(tmpdir(), 'gizmosql-conformance-test-'));
const specReport = join(temporary, 'specs.json');
const reportFolder = join('reports', 'out');

const lookalikesReport = join(reportFolder, 'lookalikes.json');
const selftestReport = join(reportFolder, 'selftest.json');

/** The reasons why something could not be tested here. */
const untested: string[] = [];
const failures: string[] = [];
let passed = 0;
try {
  for (const command of lintCommands()) {
    add(`Lint: ${command}`, command, (ok) => ({
      passed: ok ? 1 : 0,
      failures: ok ? [] : [`lint: ${command}`],
    }));
  }
  const specs = `vitest run --reporter=default --reporter=json --outputFile.json="${specReport}"`;
  await withContainerImage(() => {
    add('Unit tests and clients', specs, () => specCounts(specReport));
  });
  untested.push(...skippedFor(specReport).map((reason) => `clients were NOT TESTED: ${reason}`));
  // Outside of CI a machine may lack PostgreSQL or DuckDB's extensions. CI must have them, so nothing may be
  // untestable there.
  const strict = process.env['CI'] === undefined ? '' : '--strict';
  const addRun = (title: string, folder: string, options: string): void => {
    const report = join(folder, 'conformance.json');
    // A report of an earlier run must not be read as the outcome of this one.
    rmSync(report, { force: true });
    const run = `node bin/gizmosql-conformance.js run ${strict} --report "${folder}" ${options}`;
    add(title, run, () => scenarioCounts(report));
  };
  addRun('Conformance of the reference server', reportFolder, '--property-runs 4');
  for (const [revision, options] of earlierRevisions()) {
    addRun(
      `Conformance of the reference server to revision ${revision}`,
      join(reportFolder, 'revisions', revision),
      `--quiet --spec ${revision} ${options}`,
    );
  }
  // The whole suite on a DuckLake takes minutes: `npm run start:ducklake`. These scenarios read every table
  // and view.
  const lake = findExtensions();
  if (lake.available || strict !== '') {
    addRun(
      'A part of the suite with the records in a DuckLake',
      join(reportFolder, 'ducklake'),
      '--instrumentation-catalog instr_ducklake --property-runs 3 --only sessions. view.',
    );
  } else {
    console.log(`\nNothing is tested with the records in a DuckLake: ${lake.reason}`);
  }
  rmSync(lookalikesReport, { force: true });
  const lookalikes = `tsx fixtures/nonconforming/lookalikes/run.ts like-core --property-runs 5 --report "${lookalikesReport}"`;
  add('Servers like real builds', lookalikes, () => lookalikeCounts(lookalikesReport));
  rmSync(selftestReport, { force: true });
  const selftest = `tsx fixtures/nonconforming/selftest/main.ts --seconds 40 --report "${selftestReport}"`;
  add('The suite against servers that do not conform', selftest, () =>
    selftestCounts(selftestReport),
  );
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
process.exitCode = failures.length === 0 ? 0 : 1;
console.log(untested.map((line) => `\n${line}`).join(''));
// Failures are repeated at the end, because tools may keep only the end of a long log.
console.log(failures.map((failure) => `\nFAILED  ${failure}`).join(''));
console.log(`\n${passed} passed, ${failures.length} failed`);

/**
 * Runs a part and adds its counts. A part fails if it tested nothing, or if its command failed although no
 * test did.
 */
function add(title: string, command: string, count: (ok: boolean) => Counts): void {
  announce(title);
  const ok = runShell(command);
  const counted = count(ok);
  passed += counted.passed;
  failures.push(...counted.failures);
  if (counted.passed + counted.failures.length === 0) {
    failures.push(`${title}: nothing was tested`);
  } else if (!ok && counted.failures.length === 0) {
    failures.push(`${title}: the command failed although no test failed`);
  }
}

/**
 * The revisions before the newest with the options of their runs: the first whole, the others with what they
 * changed. Properties get very few cases: `npm run properties` tries thousands.
 */
function earlierRevisions(): (readonly [revision: string, options: string])[] {
  const catalogue = loadCatalogue();
  return catalogue.revisions.slice(0, -1).map((revision, at) => {
    const only = at === 0 ? [] : ['--only', ...changedRequirements(catalogue, revision)];
    return [revision, ['--property-runs 2', ...only].join(' ')] as const;
  });
}

/** Runs the tests with an image if there is a container engine; without one `--image` is untested. */
async function withContainerImage(test: () => void): Promise<void> {
  announce('An image of the reference server, to test --image with');
  const container = await makeContainerImage();
  console.log(container.whyNone ?? 'built');
  if (container.whyNone !== undefined) {
    untested.push(`--image was NOT TESTED: ${container.whyNone}`);
    failures.push(...(container.broken ? [`--image: ${container.whyNone}`] : []));
  }
  Object.assign(process.env, container.environment);
  try {
    test();
  } finally {
    await container.dispose();
    for (const name of Object.keys(container.environment)) {
      Reflect.deleteProperty(process.env, name);
    }
  }
}

/** The commands of `npm run lint`, run separately: the first that fails must not hide the others. */
function lintCommands(): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Record<string, string>;
  };
  return scripts['lint']?.split(' && ') ?? [];
}
