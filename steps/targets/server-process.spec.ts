import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ServerNotStarted } from './launch.js';
import { ServerProcess } from './server-process.js';

/** A program of one line of JavaScript. */
function start(code: string) {
  return ServerProcess.start({
    command: process.execPath,
    arguments: ['-e', code],
    environment: {},
    workingDirectory: tmpdir(),
  });
}

const stays = 'setInterval(() => {}, 1000);';

describe('ServerProcess', () => {
  it('is ready at the ready line, even if it arrives in parts', async () => {
    const { server, readyLine } = await start(
      `${stays} process.stderr.write('hello\\nI: GizmoSQL ser'); setTimeout(() => process.stderr.write('ver - started on'), 50); setTimeout(() => process.stderr.write(' 1\\n'), 100);`,
    );
    expect(readyLine).toBe('I: GizmoSQL server - started on 1');
    expect(server.log()).toBe('hello\nI: GizmoSQL server - started on 1\n');
    await server.kill();
  });

  it('stops a program by SIGTERM, and only once', async () => {
    const { server } = await start(
      `${stays} process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); console.log('GizmoSQL server - started');`,
    );
    await server.stop();
    expect(server.log()).toBe('GizmoSQL server - started\nbye\n');
    await server.stop();
    await server.kill();
  });

  it('kills a program that does not stop', async () => {
    const { server } = await start(
      `${stays} process.on('SIGTERM', () => console.log('never')); console.log('GizmoSQL server - started');`,
    );
    await server.kill();
    expect(server.log()).toBe('GizmoSQL server - started\n');
  });

  it('kills the children of a program as well', async () => {
    const { server } = await start(
      `require('node:child_process').spawn(process.execPath, ['-e', '${stays}'], { stdio: 'inherit' });
       ${stays} console.log('GizmoSQL server - started');`,
    );
    // The process ends when its outputs are closed, and the child inherits them.
    await server.kill();
    expect(server.log()).toBe('GizmoSQL server - started\n');
  });

  it('reports the last lines of a program that ends before it is ready', async () => {
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

  it('reports that there is no such program, which is not a fault of a server', async () => {
    const starting = ServerProcess.start({
      command: '/no/such/program',
      arguments: [],
      environment: {},
      workingDirectory: tmpdir(),
    });
    await expect(starting).rejects.toThrow('ENOENT');
    await expect(starting).rejects.not.toBeInstanceOf(ServerNotStarted);
  });
});
