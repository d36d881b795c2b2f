import { expect, it } from 'vitest';
import type { Connection } from '../engine/connection.js';
import { Failure } from '../errors.js';
import { catalogRules, noCatalogRules } from './catalog-rules.js';

const failure = new Failure('invalid-argument', 'the words of the engine');
const attach = (sql: string) => () =>
  Promise.resolve({ kind: 'attach', sql, connection: {} as unknown as Connection } as const);

it('refuses to attach what leads to records in a database server', async () => {
  const rules = catalogRules({ catalog: 'lake', attachTypes: ['ducklake', 'postgres'] });
  for (const sql of [
    "ATTACH 'ducklake:postgres:dbname=x' AS other",
    "ATTACH 'dbname=x' AS other (TYPE postgres)",
    'ATTACH \'dbname=x\' AS other (TYPE "DuckLake")',
  ]) {
    await expect(rules.checkChange(attach(sql))).rejects.toThrow(/lake/);
  }
  for (const sql of ["ATTACH 'x.db' AS other", "ATTACH 'postgresy.db' AS ducklakes"]) {
    await expect(rules.checkChange(attach(sql))).resolves.toBeUndefined();
  }
});

it('lets that through where the records are in files', async () => {
  const rules = catalogRules({ catalog: 'lake', attachTypes: [] });
  const sql = "ATTACH 'ducklake:postgres:dbname=x' AS other";
  await expect(rules.checkChange(attach(sql))).resolves.toBeUndefined();
});

it('knows by its name who reads the records', () => {
  const rules = catalogRules({ catalog: 'lake', attachTypes: [] });
  expect(() => {
    rules.mustNotRead(new Set(['memory', 'lake']));
  }).toThrow(Failure);
  rules.mustNotRead(new Set(['memory', 'lakes']));
  expect(() => {
    rules.mustNotMention('COMMENT ON TABLE Lake.t IS NULL');
  }).toThrow(Failure);
  rules.mustNotMention('COMMENT ON TABLE t IS NULL');
  expect(rules.changeRefused(failure, 'CREATE INDEX i ON lake.t (a)')).toBeInstanceOf(Failure);
  expect(rules.changeRefused(failure, 'CREATE INDEX i ON t (a)')).toBeNull();
});

it('has no rules where there are no records', async () => {
  const unwrapped = () => Promise.reject(new Error('nobody asked'));
  await expect(noCatalogRules.checkChange(unwrapped)).resolves.toBeUndefined();
  expect(noCatalogRules.changeRefused(failure, "COPY x FROM 'a.csv'")).toBeNull();
  noCatalogRules.mustNotRead(new Set(['']));
  noCatalogRules.mustNotMention('');
});
