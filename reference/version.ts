import packageJson from '../package.json' with { type: 'json' };

/**
 * The GizmoSQL release whose behaviour this server follows, in the form that
 * GIZMOSQL_VERSION() answers. Clients decide by it what they may ask for, so it
 * names that release and not this package.
 */
export const gizmosqlVersion = 'v1.17.0';

/** This package's own version, without a `v`. */
export const packageVersion: string = packageJson.version;

/** The edition that the server presents itself as: it offers everything. */
export const gizmosqlEdition = 'Enterprise';
