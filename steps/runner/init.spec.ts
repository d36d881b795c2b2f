import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { targetKinds } from './flag.js';
import type { AnyFlag } from './flag.js';
import { settingsFor } from './init.js';
import { runFlags } from './run-flags.js';

describe('the settings that init writes', () => {
  it.each(targetKinds)(
    'for %s: those in force are as without a file, but for the target',
    (kind) => {
      const { endpoint, command, image, username, ...rest } = parse(settingsFor(kind)) as Record<
        string,
        unknown
      >;
      const defaults = Object.values<AnyFlag>(runFlags).filter(
        ({ sample }) => sample?.targets === undefined && sample?.inForce === true,
      );
      expect(Object.values(rest)).toEqual(defaults.map((flag) => flag.default as unknown));
      expect({ endpoint, command, image, username }).toEqual(
        {
          endpoint: { endpoint: 'grpc+tls://localhost:31337', username: 'gizmosql_username' },
          command: { command: 'gizmosql_server' },
          image: { command: 'gizmosql_server', image: 'gizmodata/gizmosql:latest' },
          reference: {},
        }[kind],
      );
    },
  );

  it.each(targetKinds)('for %s: what is a comment is YAML of a setting, too', (kind) => {
    const uncommented = settingsFor(kind).replaceAll(/^# (?=[a-z-]+:( |$)| {2}- )/gm, '');
    expect(() => parse(uncommented) as unknown).not.toThrow();
    expect(Object.keys(parse(uncommented) as object)).toContain('known-failures');
  });
});
