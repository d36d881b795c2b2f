import type { KeyObject } from 'node:crypto';
import type { Role } from './access/identity.js';
import type { KeySet } from './access/key-set.js';
import type { Release } from './release.js';

export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ['text', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

/** What is captured of DuckDB's profile of a query: nothing, the operators, or its expressions as well. */
export const profileModes = ['off', 'standard', 'detailed'] as const;
export type ProfileMode = (typeof profileModes)[number];

/** The most statements that a limit of the queue may name. */
export const mostStatements = 1_000_000;

/** The settings of the execution of statements. */
export interface StatementConfig {
  readonly captureQueryProfile: ProfileMode;
  /** Maximum number of statements that execute at once, in all sessions; 0: no limit. */
  readonly maxConcurrentStatements: number;
  /** Maximum number of statements that wait for their turn; 0: no limit; -1: eight for each that executes. */
  readonly maxQueuedStatements: number;
  /** Maximum seconds of a wait; 0: no limit; -1: 300. */
  readonly maxQueueWaitSeconds: number;
  /** Whether statements are executed without waiting; as a default, those of admins. */
  readonly bypassQueue: boolean;
}

/** The settings of the log. */
export interface LogConfig {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** The path of a file to append to, `-` for standard output, null for standard error. */
  readonly file: string | null;
  /** The lowest level of logged lines about statements and executions; independent of `level`. */
  readonly queryLevel: LogLevel;
  /** The level of lines about accepted and refused logins. */
  readonly authLevel: LogLevel;
  /** Whether the SQL text is logged as well. */
  readonly printQueries: boolean;
  /** Whether every RPC is logged. */
  readonly access: boolean;
}

/** The server's certificate, and the CA of the clients' certificates. */
export interface TlsConfig {
  readonly certPath: string;
  readonly keyPath: string;
  /** PEM. */
  readonly certificate: Buffer;
  /** PEM. */
  readonly key: Buffer;
  /** Null: clients need no certificate. */
  readonly mtls: { readonly caCertPath: string; /** PEM. */ readonly caCertificate: Buffer } | null;
}

/** The tokens of other issuers that are accepted. */
export interface BootstrapTokenConfig {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's RSA public key or key set. */
  readonly key: KeyObject | KeySet;
  /** The role for tokens without a role claim; null: such tokens are refused. */
  readonly defaultRole: Role | null;
  /** Patterns of the user names that may log in with a token; `*` matches any text. */
  readonly authorizedEmails: readonly string[];
}

/** SQL that runs on the main database before the server accepts connections. */
export interface InitSql {
  /** Its origin for messages: a flag, a variable or a file. */
  readonly source: string;
  readonly sql: string;
}

/**
 * The validated settings of the command line and the environment, with the contents of the files that they
 * name.
 */
export interface Config {
  /** The release of GizmoSQL that the server presents itself as, and whose revision it keeps. */
  readonly release: Release;
  /** The cluster that the instance belongs to, a UUID in lower case; null if none was given. */
  readonly clusterId: string | null;
  /** The tag in the instance's record, a JSON text as given; null if none was given. */
  readonly instanceTag: string | null;
  /** The defaults of the settings of the same names. */
  readonly statements: StatementConfig;
  /** The host name as given; null if none was given. */
  readonly hostnameArg: string | null;
  /** The host name or address to bind. */
  readonly hostname: string;
  /** 0: the operating system picks one. */
  readonly port: number;
  /** The port of the plaintext health service; null: none. */
  readonly healthPort: number | null;
  /** The health query. The server reports itself as not serving if it fails. */
  readonly healthCheckQuery: string;
  /** The main database's file as given; null: in memory. */
  readonly databaseFilename: string | null;
  readonly readonly: boolean;
  readonly initSql: readonly InitSql[];
  /** The directories that SQL may use, as absolute paths or URLs; null: any. */
  readonly allowedDirectories: readonly string[] | null;
  /** Maximum seconds of a query; 0: no limit. */
  readonly queryTimeoutSeconds: number;
  /** Maximum idle seconds of a session; 0: no limit. */
  readonly sessionIdleTimeoutSeconds: number;
  /** Maximum bytes of a decompressed message after login. */
  readonly maxMessageBytes: number;
  readonly username: string;
  readonly password: string;
  /** The key that signs the session tokens. */
  readonly secretKey: string;
  readonly allowCrossInstanceTokens: boolean;
  readonly bootstrapTokens: BootstrapTokenConfig | null;
  readonly tls: TlsConfig | null;
  readonly instrumentation: {
    readonly enabled: boolean;
    /** The instrumentation database's file as given; null: beside the main database. */
    readonly databasePath: string | null;
    /** The attached catalog to use instead of the file; null: use the file. */
    readonly catalog: string | null;
    /** The schema inside that catalog. */
    readonly schema: string;
  };
  readonly log: LogConfig;
  /** The files that the settings name and that were read: certificates, keys, init SQL. */
  readonly filesRead: readonly string[];
}
