import { describe, expect, it } from 'vitest';
import { loggedIds } from './log-ids.js';

const one = '12345678-1234-1234-1234-123456789abc';
const other = '87654321-1234-1234-1234-cba987654321';

describe('loggedIds', () => {
  it.each([
    `level=info msg="statement prepared" statement_id=${one} execution_id=${other}`,
    `{"execution_id":"${other}","statement_id":"${one}"}`,
    `{"statementId": "${one}", "executionId": "${other}"}`,
    `Statement ID: ${one.toUpperCase()}, Execution ID: ${other}`,
    `{"message":"{\\"statement_id\\":\\"${one}\\",\\"execution_id\\":\\"${other}\\"}"}`,
  ])('finds each kind under its own name: %s', (line) => {
    expect(loggedIds(line, 'statement_id')).toEqual([one]);
    expect(loggedIds(line, 'execution_id')).toEqual([other]);
  });

  it('takes no id of another name, and none that has no name', () => {
    const line = `session_id=${one} last_statement_id_count=3 ${other} substatement_id=${other}`;
    expect(loggedIds(line, 'statement_id')).toEqual([]);
  });

  it('names an id once, however often it is logged', () => {
    const log = `statement_id=${one}\nstatement_id=${other}\nstatement_id=${one}`;
    expect(loggedIds(log, 'statement_id')).toEqual([one, other]);
  });
});
