import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlightSqlClient } from '../steps/client/flight-sql-client.js';
import { Program } from './program-fixture.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const anyPort = ['--port=0', '--health-port=0'];

/** The program with secrets of every kind, by flags and by variables, and the secrets. */
const starts: [by: string, argv: string[], environment: Record<string, string>][] = [
  [
    'flags',
    [
      ...['--password', 'flag-password', '-S', 'flag-secret-key'],
      ...['-I', "CREATE SECRET one (TYPE http, BEARER_TOKEN 'flag-token')"],
    ],
    {},
  ],
  [
    'variables',
    [],
    {
      GIZMOSQL_PASSWORD: 'variable-password',
      SECRET_KEY: 'variable-secret-key',
      INIT_SQL_COMMANDS: "CREATE SECRET one (TYPE http, BEARER_TOKEN 'variable-token')",
    },
  ],
];

describe.runIf(process.platform === 'linux')('while it serves', () => {
  it.each(starts)(
    'the system shows no secret that it was given by %s, and what others set holds',
    async (_, argv, environment) => {
      await writeFile(join(folder, 'greeting.txt'), 'hello');
      const others = { HOME: folder, AWS_SECRET_ACCESS_KEY: 'somebody-elses' };
      const program = new Program(folder, [...anyPort, ...argv], { ...environment, ...others });
      const port = await program.port();
      const password = argv[1] ?? environment['GIZMOSQL_PASSWORD'] ?? '';
      const client = await FlightSqlClient.connect(
        { host: '127.0.0.1', port },
        { username: 'gizmosql_user', password },
      );
      for (const file of ['environ', 'cmdline', 'task/' + String(program.pid) + '/environ']) {
        const shown = await readFile(`/proc/${program.pid}/${file}`, 'latin1');
        expect(shown).not.toMatch(/password|secret|token|somebody|flag|variable/);
      }
      expect(await readFile(`/proc/${program.pid}/cmdline`, 'latin1')).toContain(
        'gizmosql-reference',
      );
      // The engine still finds the home directory in the environment.
      expect((await client.query("SELECT content FROM read_text('~/greeting.txt')")).rows).toEqual([
        ['hello'],
      ]);
      client.close();
      program.signal('SIGTERM');
      expect(await program.end()).toBe(0);
      expect(program.errors).not.toContain('may be read');
      expect(program.errors).toContain('GizmoSQL server - stopped');
    },
  );
});
