import { Given, Then } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import { findExtensions, loadExtensions } from '../fixtures/extensions.js';
import { PromiseBroken } from './promise-broken.js';
import { serverSettings } from './server-settings.js';
import { ServerNotStarted } from './targets/launch.js';
import type { World } from './world.js';

// For init SQL, which may go on after it: `${load}`.
Given('what loads the DuckLake extension', function (this: World) {
  const extensions = findExtensions();
  if (!extensions.available) {
    throw new Error(extensions.reason);
  }
  this.remember('load', loadExtensions(extensions.folder, ['ducklake']));
});

Then(
  'no server starts, and it names {string}, with:',
  async function (this: World, named: string, table: DataTable) {
    const cells = Object.entries(table.rowsHash());
    const settings = serverSettings(
      Object.fromEntries(cells.map(([name, cell]) => [name, this.fill(cell)])),
    );
    const promised = `no start, and a message that names ${named}`;
    const sent = `a start with the settings ${JSON.stringify(settings)}`;
    try {
      const server = await this.target.start(settings);
      await server.dispose();
    } catch (error) {
      if (!(error instanceof ServerNotStarted)) {
        throw error;
      }
      if (!error.message.includes(named)) {
        throw new PromiseBroken(promised, sent, error.message, { cause: error });
      }
      return;
    }
    throw new PromiseBroken(promised, sent, 'the server started');
  },
);
