import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { groundFaults } from './ground-rules.js';

const folder = fileURLToPath(new URL('../../features', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.feature'),
);

it.each(files)('%s prepares its scenarios with what every server does', (file) => {
  expect(groundFaults(readFileSync(join(folder, file), 'utf8'))).toEqual([]);
});

function scenario(...steps: readonly (readonly [string, string?])[]): string {
  const lines = steps.flatMap(([text, sql]) => [
    `    ${text}`,
    ...(sql === undefined ? [] : ['      """', `      ${sql}`, '      """']),
  ]);
  return ['Feature: F', '  Scenario: S', ...lines].join('\n');
}

const judged = ['Then the rows are:'] as const;

it.each([
  [
    'what is made for later',
    [['When "a" executes:', 'CREATE TABLE t (i INTEGER)'], ['And "a" executes:', 'FROM t'], judged],
    '2: this prepares the scenario, so it is Given: CREATE TABLE t (i INTEGER)',
  ],
  [
    'a parameter without a cast',
    [
      ['Given "a" prepares:', 'SELECT ? AS one'],
      ['When "a" executes the prepared statement'],
      judged,
    ],
    '2: a parameter without a cast is no ground: SELECT ? AS one',
  ],
  [
    'a function in an expression',
    [['Given "a" executes:', 'SELECT upper(GIZMOSQL_USER())'], judged],
    '2: a function of GizmoSQL in an expression is no ground: SELECT upper(GIZMOSQL_USER())',
  ],
  [
    'a server of the suite without the need of one',
    [['Given a lent server'], ['When "a" executes:', 'SELECT 1'], judged],
    "2: a server of the suite's is @needs:start",
  ],
  [
    'a query without an end',
    [['When "a" starts executing:', 'SELECT sum(1) FROM range(1000000000000)'], judged],
    '2: this may run for ever: it needs WHERE ${within a minute}: SELECT sum(1) FROM range(1000000000000)',
  ],
] as const)('%s is found', (_, steps, fault) => {
  expect(groundFaults(scenario(...steps))).toEqual([fault]);
});

it.each([
  ['what is judged', [['When "a" executes:', 'CREATE TABLE t (i INTEGER)'], judged]],
  [
    'what may fail',
    [['When "a" tries to execute:', 'DROP TABLE t'], ['And "a" closes its session'], judged],
  ],
  ['a cast', [['Given "a" prepares:', 'SELECT ?::INTEGER, CAST(? AS DATE)'], judged]],
  ['a function alone', [['Given "a" executes:', 'SELECT GIZMOSQL_USER()'], judged]],
  [
    'what has an end',
    [['When "a" starts executing:', 'FROM range(1000000000000) WHERE ${within a minute}'], judged],
  ],
] as const)('%s is no fault', (_, steps) => {
  expect(groundFaults(scenario(...steps))).toEqual([]);
});
