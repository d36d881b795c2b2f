import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ServerNotStarted, ServerProcess } from './server-process.js';

/** A program of one line of JavaScript, whose ready line is `ready PORT`. */
function start(code: string) {
  return ServerProcess.start({
    command: process.execPath,
    arguments: ['-e', code],
    environment: {},
    workingDirectory: tmpdir(),
    readyPort: (line) => {
      const port = /^ready (\d+)$/.exec(line)?.[1];
      return port === undefined ? undefined : Number(port);
    },
  });
}

const stays = 'setInterval(() => {}, 1000);';

describe('ServerProcess', () => {
  it('is ready at the ready line, wherever it is cut', async () => {
    const { process: server, port } = await start(
      `${stays} process.stderr.write('hello\\nrea'); setTimeout(() => process.stderr.write('dy 12'), 50); setTimeout(() => process.stderr.write('34\\n'), 100);`,
    );
    expect(port).toBe(1234);
    expect(server.log()).toBe('hello\nready 1234\n');
    await server.kill();
  });

  it('stops a program gently, and only once', async () => {
    const { process: server } = await start(
      `${stays} process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); console.log('ready 1');`,
    );
    await server.stop();
    expect(server.log()).toBe('ready 1\nbye\n');
    await server.stop();
    await server.kill();
  });

  it('kills a program that would not stop', async () => {
    const { process: server } = await start(
      `${stays} process.on('SIGTERM', () => console.log('never')); console.log('ready 1');`,
    );
    await server.kill();
    expect(server.log()).toBe('ready 1\n');
  });

  it('tells the last words of a program that ends before it is ready', async () => {
    const error: unknown = await start(
      `for (let i = 1; i <= 20; i++) console.log('line ' + i); console.error('no such flag'); process.exitCode = 2;`,
    ).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ServerNotStarted);
    const { message } = error as Error;
    expect(message).toMatch(/^the server ended with 2; its last lines:\n/);
    expect(message).toContain('line 20');
    expect(message).toContain('no such flag');
    expect(message).not.toContain('line 1\n');
  });

  it('says when there is no such program: no word of a server', async () => {
    const starting = ServerProcess.start({
      command: '/no/such/program',
      arguments: [],
      environment: {},
      workingDirectory: tmpdir(),
      readyPort: () => undefined,
    });
    await expect(starting).rejects.toThrow('ENOENT');
    await expect(starting).rejects.not.toBeInstanceOf(ServerNotStarted);
  });
});
