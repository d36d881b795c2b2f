import { fileURLToPath } from 'node:url';
import { connect } from './measure.js';
import { startProgram } from './start-program.js';
import type { Program } from './start-program.js';

const login = { username: 'bench', password: 'bench' };

/** A reference server in a process of its own, with a way to log in. */
export interface Reference extends Program {
  connect(): ReturnType<typeof connect>;
}

/** Starts the reference with these flags in addition to its login and port. */
export async function startReference(...flags: string[]): Promise<Reference> {
  const usual = {
    ...login,
    hostname: '127.0.0.1',
    port: 0,
    'health-port': 0,
    'log-format': 'json',
    'log-file': '-',
    'query-log-level': 'error',
  };
  const program = await startProgram(
    [
      fileURLToPath(new URL('../bin/gizmosql-reference.js', import.meta.url)),
      ...Object.entries(usual).flatMap(([name, value]) => [`--${name}`, String(value)]),
      ...flags,
    ],
    (line) => {
      const { msg, port } = JSON.parse(line) as { msg: string; port?: number };
      return msg.includes('GizmoSQL server - started') ? port : undefined;
    },
  );
  return { ...program, connect: () => connect(program.port, login.username, login.password) };
}
