import packageJson from '../package.json' with { type: 'json' };

/**
 * The GizmoSQL release that this server follows, in the form of GIZMOSQL_VERSION(). Clients decide by it
 * which features to use, so it is not the version of this package.
 */
export const gizmosqlVersion = 'v1.17.0';

/** This package's own version, without a `v`. */
export const packageVersion: string = packageJson.version;

/** The edition that the server reports: Enterprise, because it supports all features. */
export const gizmosqlEdition = 'Enterprise';
