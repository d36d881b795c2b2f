import { describe, expect, it } from 'vitest';
import { isFrom, parseRelease } from './release.js';
import type { Release } from './release.js';
import { useWorkshop } from './server-fixture.js';

const workshop = useWorkshop();

const release = (version: string): Release =>
  parseRelease(version) ?? expect.fail(`${version} is no release`);

const clusterId = '0b4ec1d8-7a66-4e5b-9d53-5b8f5f6f1a2e';
const instanceTag = '{"env": "test", "zone": [1, "ä"]}';
const noInstrumentation = { enabled: false, databasePath: null, catalog: null, schema: 'main' };

/** The functions of the newest revision and their values, for a server of the workshop. */
const allFunctions = [
  ['GIZMOSQL_EDITION()', '1.17'],
  ['GIZMOSQL_INSTRUMENTATION_ENABLED()', '1.17.1'],
  ['GIZMOSQL_INSTRUMENTATION_CATALOG()', '1.17.1'],
  ['GIZMOSQL_INSTRUMENTATION_SCHEMA()', '1.17.1'],
  ['GIZMOSQL_CURRENT_CLUSTER()', '1.28'],
] as const;

describe('a server of a release', () => {
  it.each(['1.17', '1.17.1', '1.25.0-LTS', '1.28.3', '1.36-edge'])(
    'is %s for its clients and in its record',
    async (version) => {
      const server = await workshop.start({ release: release(version) });
      const client = await workshop.connect(server);
      const { name } = release(version);
      expect((await client.query('SELECT gizmosql_version()')).rows).toEqual([[name]]);
      await server.stop('graceful');
      expect(await workshop.recorded('SELECT gizmosql_version FROM instances')).toEqual([[name]]);
    },
  );

  it.each(['1.17', '1.17.1', '1.27', '1.28'])('has the functions of %s only', async (version) => {
    const server = await workshop.start({ release: release(version), clusterId });
    const client = await workshop.connect(server);
    for (const [call, since] of allFunctions) {
      const query = client.query(`SELECT ${call.toLowerCase()}`);
      await (isFrom(release(version), since)
        ? expect(query).resolves.toBeDefined()
        : expect(query).rejects.toThrow(/Scalar Function .* does not exist/));
    }
  });
});

describe('the functions about the instrumentation', () => {
  const call = `SELECT gizmosql_edition(), gizmosql_instrumentation_enabled(),
    gizmosql_instrumentation_catalog(), gizmosql_instrumentation_schema(), gizmosql_current_cluster(),
    typeof(gizmosql_instrumentation_enabled()), typeof(gizmosql_current_cluster())`;

  it('say where the records are', async () => {
    const server = await workshop.start({ clusterId });
    const client = await workshop.connect(server);
    expect((await client.query(call)).rows).toEqual([
      ['Enterprise', true, '_gizmosql_instr', 'main', clusterId, 'BOOLEAN', 'VARCHAR'],
    ]);
  });

  it('say that there are none, and whether there is a cluster all the same', async () => {
    const server = await workshop.start({ clusterId, instrumentation: noInstrumentation });
    const client = await workshop.connect(server);
    expect((await client.query(call)).rows).toEqual([
      ['Enterprise', false, '', '', clusterId, 'BOOLEAN', 'VARCHAR'],
    ]);
    await server.stop('graceful');
    const alone = await workshop.start({ instrumentation: noInstrumentation });
    expect((await (await workshop.connect(alone)).query(call)).rows).toEqual([
      ['Enterprise', false, '', '', null, 'BOOLEAN', 'VARCHAR'],
    ]);
  });

  it('say which catalog and schema the settings name', async () => {
    const attach = `ATTACH '${workshop.folder}/records.db' AS "Audit"`;
    const server = await workshop.start({
      initSql: [{ source: '--init-sql-commands', sql: attach }],
      instrumentation: { enabled: true, databasePath: null, catalog: 'audit', schema: 'gizmo' },
    });
    const client = await workshop.connect(server);
    const [row] = (await client.query(call)).rows;
    expect(row?.slice(1, 4)).toEqual([true, 'Audit', 'gizmo']);
    const count = 'SELECT count(*)::INTEGER FROM "Audit".gizmo.instances';
    await expect
      .poll(async () => (await client.query(count)).rows, { timeout: 30_000 })
      .toEqual([[1]]);
  });
});

describe('the record of the instance', () => {
  const recorded = () =>
    workshop.recorded(
      "SELECT cluster_id::VARCHAR, instance_tag::VARCHAR, instance_tag ->> 'env' FROM instances",
    );

  it('has the cluster and the tag', async () => {
    const server = await workshop.start({ clusterId, instanceTag });
    await server.stop('graceful');
    expect(await recorded()).toEqual([[clusterId, instanceTag, 'test']]);
  });

  it('has neither if none was given', async () => {
    const server = await workshop.start();
    await server.stop('graceful');
    expect(await recorded()).toEqual([[null, null, null]]);
  });
});
