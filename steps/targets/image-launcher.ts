import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ContainerRuntimeClient, GenericContainer } from 'testcontainers';
import { foundExtensionFolders } from '../../fixtures/surroundings/extensions.js';
import { messageOf } from '../errors/message-of.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { lastLines, patience, readyMark, ServerNotStarted } from './launch.js';
import type { Launch, Launched, Launcher } from './launch.js';
import { isGone, mustGo } from './leftovers.js';
import type { CommonSettings, ImageSettings } from './target.js';
import { temporaryFolders } from './temporary-folder.js';

const { startMs, stopMs } = patience;

/**
 * Starts servers as containers. A container uses the host's network, so that addresses mean the same inside
 * and outside. It sees the suite's folders under their own paths, as the suite's user, and read-only the
 * folders of extensions and the licence.
 */
export class ImageLauncher implements Launcher {
  readonly picksPort = false;

  constructor(private readonly settings: ImageSettings & CommonSettings) {}

  async launch(launch: Launch): Promise<{ server: Launched; readyLine: string }> {
    let log = '';
    const { container, engine } = await this.container(launch, (text) => {
      log += text;
    });
    // Named before it exists, so that it can be removed even while it is starting.
    const name = `gizmosql-conformance-${randomUUID()}`;
    mustGo({ kind: 'container', id: name });
    try {
      await container.withName(name).start();
    } catch (error) {
      await removeContainer(engine, name);
      throw startError(this.settings.image, error, log);
    }
    const server = new ContainerServer(name, engine, () => log);
    const readyLine = log.split('\n').find((line) => line.includes(readyMark)) ?? '';
    return { server, readyLine };
  }

  private async container(
    { flags, environment, workingDirectory }: Launch,
    onLog: (text: string) => void,
  ): Promise<{ container: GenericContainer; engine: Engine }> {
    // Loaded here, because other targets need not load or install it.
    const { GenericContainer, Wait, getContainerRuntimeClient } = await import('testcontainers');
    const { image, entrypoint, arguments: given, environment: variables, license } = this.settings;
    let engine: Engine;
    try {
      engine = (await getContainerRuntimeClient()).container.dockerode;
    } catch (error) {
      throw new Error(
        `no container engine answers: start Docker, or set DOCKER_HOST to the address of one (${messageOf(error)})`,
        { cause: error },
      );
    }
    const container = new GenericContainer(image)
      .withNetworkMode('host')
      .withBindMounts([
        ...temporaryFolders().map((path) => ({ source: path, target: path })),
        ...[...foundExtensionFolders(), ...(license === undefined ? [] : [license])].map(
          (path) => ({
            source: path,
            target: path,
            mode: 'ro' as const,
          }),
        ),
      ])
      .withWorkingDir(workingDirectory)
      .withEnvironment({ ...variables, ...environment })
      .withCommand([...entrypoint.slice(1), ...given, ...flags])
      .withWaitStrategy(Wait.forLogMessage(readyMark))
      .withStartupTimeout(startMs)
      .withLogConsumer((stream: Readable) => {
        stream.setEncoding('utf8').on('data', onLog);
      });
    const [program] = entrypoint;
    if (program !== undefined) {
      container.withEntrypoint([program]);
    }
    if (process.getuid !== undefined && process.getgid !== undefined) {
      container.withUser(`${process.getuid()}:${process.getgid()}`);
    }
    return { container, engine };
  }
}

type Engine = ContainerRuntimeClient['container']['dockerode'];

/** A running container. Only its own handle ends and removes it. */
class ContainerServer implements Launched {
  private readonly gone: Promise<void>;

  private removed = false;

  constructor(
    private readonly name: string,
    private readonly engine: Engine,
    readonly log: () => string,
  ) {
    this.gone = engine
      .getContainer(name)
      .wait()
      .then(() => undefined);
    // The methods that end it wait for this promise; before that a rejection must not be unhandled.
    this.gone.catch(() => undefined);
  }

  async stop(): Promise<void> {
    await this.signal('SIGTERM');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, stopMs, 'late');
    });
    const outcome = await Promise.race([this.gone, late]);
    clearTimeout(timer);
    if (outcome === 'late') {
      await this.kill();
      throw new PromiseBroken(
        `the server stops within ${stopMs / 1000} s`,
        'SIGTERM',
        `it was still running; its last lines:\n${lastLines(this.log())}`,
      );
    }
    await this.remove();
  }

  async kill(): Promise<void> {
    await this.signal('SIGKILL');
    await this.gone;
    await this.remove();
  }

  private async signal(signal: NodeJS.Signals): Promise<void> {
    if (!this.removed) {
      await this.engine.getContainer(this.name).kill({ signal }).catch(unlessGone);
    }
  }

  private async remove(): Promise<void> {
    if (!this.removed) {
      this.removed = true;
      await removeContainer(this.engine, this.name);
    }
  }
}

async function removeContainer(engine: Engine, name: string): Promise<void> {
  await engine.getContainer(name).remove({ force: true }).catch(unlessGone);
  isGone({ kind: 'container', id: name });
}

/** 404: there is no such container. 409: it is not running, or is being removed. */
function unlessGone(error: unknown): void {
  const { statusCode } = error as { statusCode?: number };
  if (statusCode !== 404 && statusCode !== 409) {
    throw error;
  }
}

function startError(image: string, error: unknown, log: string): Error {
  const message = messageOf(error);
  if (/no such image|not found|pull access denied|manifest unknown|lookup .* on/i.test(message)) {
    return new Error(`there is no image ${image}, neither here nor in a registry: ${message}`, {
      cause: error,
    });
  }
  if (/Log stream ended|not received after|exited|timed? ?out/i.test(message)) {
    return new ServerNotStarted(
      `the server in it did not log '${readyMark}' within ${startMs / 1000} s; its last lines:\n${lastLines(log)}`,
    );
  }
  return error instanceof Error ? error : new Error(message);
}
