import type { KeyObject } from 'node:crypto';
import type { Role } from './access/identity.js';
import type { KeySet } from './access/key-set.js';

export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ['text', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

/** What the log is and what goes into it. */
export interface LogConfig {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** A file to append to, `-` for standard output, null for standard error. */
  readonly file: string | null;
  /** The least severe lines about statements and executions that are logged, whatever `level` says. */
  readonly queryLevel: LogLevel;
  /** The level that lines about logins and refused logins are logged at. */
  readonly authLevel: LogLevel;
  /** Whether the SQL text is logged as well. */
  readonly printQueries: boolean;
  /** Whether every RPC is logged. */
  readonly access: boolean;
}

/** The server's certificate, and the authority that clients' certificates must come from. */
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

/** Which tokens of other issuers open a session. */
export interface BootstrapTokenConfig {
  readonly issuer: string;
  readonly audience: string;
  /** The RSA public key of the issuer, or its key set. */
  readonly key: KeyObject | KeySet;
  /** The role of a token that names none; null: such a token is refused. */
  readonly defaultRole: Role | null;
  /** Who may log in with a token: patterns of user names, where `*` stands for any text. */
  readonly authorizedEmails: readonly string[];
}

/** SQL to run on the main database before the server accepts connections. */
export interface InitSql {
  /** Where it comes from, for messages: a flag, a variable or a file. */
  readonly source: string;
  readonly sql: string;
}

/** Everything the command line and the environment say, validated, with the files it names read. */
export interface Config {
  /** The host name as given, null when it was not. */
  readonly hostnameArg: string | null;
  /** The name or address to bind. */
  readonly hostname: string;
  /** 0: the system picks. */
  readonly port: number;
  /** The port of the plaintext health service; null: none. */
  readonly healthPort: number | null;
  /** SQL that fails when the server is to count as not serving. */
  readonly healthCheckQuery: string;
  /** The main database's file as given; null: in memory. */
  readonly databaseFilename: string | null;
  readonly readonly: boolean;
  readonly initSql: readonly InitSql[];
  /** The directories that SQL may use, as absolute paths or URLs; null: any. */
  readonly allowedDirectories: readonly string[] | null;
  /** Seconds a query may run; 0: no limit. */
  readonly queryTimeoutSeconds: number;
  /** Seconds a session may go unused; 0: no limit. */
  readonly sessionIdleTimeoutSeconds: number;
  /** Bytes of a message from a client that is logged in, once it is unpacked. */
  readonly maxMessageBytes: number;
  readonly username: string;
  readonly password: string;
  /** Signs the session tokens. */
  readonly secretKey: string;
  readonly allowCrossInstanceTokens: boolean;
  readonly bootstrapTokens: BootstrapTokenConfig | null;
  readonly tls: TlsConfig | null;
  readonly instrumentation: {
    readonly enabled: boolean;
    /** The instrumentation database's file as given; null: beside the main database. */
    readonly databasePath: string | null;
    /** The attached catalog that takes the file's place; null: the file. */
    readonly catalog: string | null;
    /** The schema inside that catalog. */
    readonly schema: string;
  };
  readonly log: LogConfig;
  /** The files that it names and that were read: certificates, keys, init SQL. */
  readonly filesRead: readonly string[];
}
