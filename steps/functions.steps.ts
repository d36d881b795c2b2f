import { Then } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import { printValue } from './client/plain-value.js';
import { PromiseBroken } from './errors/promise-broken.js';
import type { World } from './scenario/world.js';

Then('each of these users is told its own name:', async function (this: World, table: DataTable) {
  const sql = 'SELECT GIZMOSQL_USER() AS name WHERE GIZMOSQL_USER() = GIZMOSQL_USER()';
  for (const [cell = '""'] of table.raw()) {
    const user = JSON.parse(cell) as string;
    const session = await this.openSession(cell, 'user', { user });
    const { rows } = await session.succeed(sql, (client) => client.query(sql));
    if (rows.length !== 1 || rows[0]?.[0] !== user) {
      const got = rows.map((row) => printValue(row)).join(', ') || 'no rows';
      throw new PromiseBroken(`the name ${printValue(user)}`, sql, got);
    }
  }
});
