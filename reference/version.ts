import packageJson from '../package.json' with { type: 'json' };

/** This package's own version, without a `v`. */
export const packageVersion: string = packageJson.version;

/** The edition that the server reports: Enterprise, because it supports all features. */
export const gizmosqlEdition = 'Enterprise';
