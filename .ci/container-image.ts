import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** An image of the reference server for tests of containers, or the reason why there is none. */
export interface ContainerImage {
  /** Variables for the environment of the tests. */
  readonly environment: Readonly<Record<string, string>>;
  readonly whyNone?: string;
  /** True if there is an engine but the image could not be built. */
  readonly broken: boolean;
  /** Stops the engine if it was started here, and removes its files. */
  dispose(): Promise<void>;
}

const image = 'gizmosql-conformance-test';
const base = 'gizmosql-conformance-test-base';
const engineMs = 30_000;
const buildMs = 400_000;
const pollMs = 200;

/**
 * Builds an image from this repository's Dockerfile and this machine's own files. Uses the container engine
 * that answers; root starts one if none does. Takes up to three minutes.
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
    // Containers use the host's network. Inside a container Testcontainers would look for a bridge.
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

/** `vfs` copies a whole file system for each build step, but works on any machine. */
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
      // Containers use the host's network, so dockerd must not change it.
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
    // dockerd leaves this mount behind when containers use the host's network.
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
