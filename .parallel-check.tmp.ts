import { loadConfiguration, runCucumber } from '/work/main/node_modules/@cucumber/cucumber/lib/api/index.js';
import { findTarget } from '/work/main/steps/targets/find-target.ts';
const server = await findTarget('reference').start();
const env = { cwd: '/work/main' };
const { runConfiguration } = await loadConfiguration({ file: false, provided: { paths: ['features/**/*.feature'], import: ['steps/*.steps.ts', 'steps/hooks.ts'], parallel: 3, order: 'random', format: ['summary'], publish: false,
  worldParameters: { targetKind: 'reference', shared: server.address as never, seed: 1 } } }, env);
const r = await runCucumber(runConfiguration, env);
console.log('success', r.success);
await server.stop(); await server.dispose();
process.exit(0);
