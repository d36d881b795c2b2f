import { createServerLog } from './log.js';
import { createCommand } from './options.js';
import { readConfig } from './read-config.js';
import { startServer } from './server.js';

/** Values of flags by their camel-case names. */
type Flags = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Starts the reference server from a program. `flags` are those of its command, in camel case. */
export async function startReferenceServer(flags: Flags): Promise<{
  readonly port: number;
  readonly instanceId: string;
  stop(): Promise<void>;
}> {
  const { options } = createCommand();
  const argv = Object.entries(flags).flatMap(([name, value]) => {
    const option = options.find((each) => each.attributeName() === name);
    if (option?.isBoolean() === true) {
      return value === true ? [option.long ?? ''] : [];
    }
    const flag = option?.long ?? `--${name}`;
    return Array.isArray(value) ? [flag, ...value.map(String)] : [`${flag}=${String(value)}`];
  });
  const config = readConfig(argv);
  const server = await startServer(config, { log: createServerLog(config) });
  const { port, instanceId } = server;
  return {
    port,
    instanceId,
    stop: async () => {
      await server.stop('graceful');
    },
  };
}
