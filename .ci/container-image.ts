import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** An image of the reference server to test containers with, or why there is none. */
export interface ContainerImage {
  /** What the tests must find in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly whyNone?: string;
  /** Whether an engine is there, and the image could not be built all the same. */
  readonly broken: boolean;
  /** Ends the engine that was started for it, and removes what was made. */
  dispose(): Promise<void>;
}

const image = 'gizmosql-conformance-test';
const base = 'gizmosql-conformance-test-base';
const engineMs = 30_000;
const buildMs = 400_000;
const pollMs = 200;

/**
 * Builds an image from this repository's Dockerfile and this machine's own files, by the container engine
 * that answers, or by one that is started for it where root may do that. Takes some three minutes at most.
 */
export async function makeContainerImage(): Promise<ContainerImage> {
  const engine = await findEngine();
  if ('whyNone' in engine) {
    return {
      environment: {},
      whyNone: engine.whyNone,
      broken: false,
      dispose: () => Promise.resolve(),
    };
  }
  const environment = {
    ...engine.environment,
    TESTCONTAINERS_RYUK_DISABLED: 'true',
    // Containers have the network of the host. Inside a container Testcontainers would look for a bridge.
    TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1',
  };
  const env = { ...process.env, ...environment, DOCKER_BUILDKIT: '0' };
  const dispose = async (): Promise<void> => {
    spawnSync('docker', ['rmi', '--force', image, base], { env, stdio: 'ignore' });
    await engine.dispose();
  };
  const built = spawnSync(
    'sh',
    [
      '-c',
      `.ci/make-base-image ${base} && docker build --quiet --network host --build-arg BASE=${base} --tag ${image} .`,
    ],
    { env, encoding: 'utf8', timeout: buildMs },
  );
  if (built.status !== 0) {
    await dispose();
    const said = built.error?.message ?? built.stderr.trim().split('\n').at(-1) ?? '';
    const whyNone = `the image could not be built: ${said}`;
    return { environment: {}, whyNone, broken: true, dispose: () => Promise.resolve() };
  }
  return { environment: { ...environment, CONFORMANCE_TEST_IMAGE: image }, broken: false, dispose };
}

type Engine = Pick<ContainerImage, 'environment' | 'dispose'> | { readonly whyNone: string };

/** The second copies whole file systems for every step, and works on any machine. */
const storageDrivers = ['overlay2', 'vfs'];

async function findEngine(): Promise<Engine> {
  if (answers(process.env)) {
    return { environment: {}, dispose: () => Promise.resolve() };
  }
  if (process.getuid?.() !== 0 || spawnSync('dockerd', ['--version']).status !== 0) {
    return { whyNone: 'no container engine answers, and none can be started here' };
  }
  let engine: Engine = { whyNone: 'no container engine' };
  for (const driver of storageDrivers) {
    engine = await startEngine(driver);
    if (!('whyNone' in engine)) {
      return engine;
    }
  }
  return engine;
}

async function startEngine(driver: string): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'engine-'));
  const environment = { DOCKER_HOST: `unix://${join(folder, 'docker.sock')}` };
  const logFile = join(folder, 'log');
  const log = openSync(logFile, 'w');
  const child = spawn(
    'dockerd',
    [
      ...['--host', environment.DOCKER_HOST],
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'pid'), '--storage-driver', driver],
      // Containers share the network of the host: nothing of it has to be changed.
      ...['--bridge', 'none', '--iptables=false'],
    ],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  const dispose = async (): Promise<void> => {
    child.kill('SIGTERM');
    await Promise.race([ended, delay(engineMs, undefined, { ref: false })]);
    child.kill('SIGKILL');
    // The one thing that dockerd leaves mounted, because containers had the host's network.
    spawnSync('umount', [join(folder, 'exec', 'netns', 'default')], { stdio: 'ignore' });
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  if (await becomesReady(child, { ...process.env, ...environment })) {
    return { environment, dispose };
  }
  const lastLine = readFileSync(logFile, 'utf8').trim().split('\n').at(-1) ?? '';
  await dispose();
  return { whyNone: `the container engine does not start: ${lastLine}` };
}

async function becomesReady(child: ChildProcess, env: NodeJS.ProcessEnv): Promise<boolean> {
  const deadline = performance.now() + engineMs;
  while (performance.now() < deadline && child.exitCode === null) {
    if (answers(env)) {
      return true;
    }
    await delay(pollMs);
  }
  return false;
}

function answers(env: NodeJS.ProcessEnv): boolean {
  return spawnSync('docker', ['info'], { env, stdio: 'ignore', timeout: engineMs }).status === 0;
}
