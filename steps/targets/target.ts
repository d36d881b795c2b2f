import type { Need } from '../../fixtures/catalogue/catalogue.js';
import type { ExtensionName } from '../../fixtures/surroundings/extensions.js';

/** The role of a session. */
export type Role = 'admin' | 'user' | 'readonly';

/** A login: the user name `token` with an RS256 token as password, or a user name and a password. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** The name of the user if `username` is `token`: the token names the user. */
  readonly user?: string;
}

/** The certificates for an endpoint with TLS, as PEM text. */
export interface TlsMaterial {
  /** The default is the system's certificate authorities. */
  readonly caCertificate?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  /** The common name of the client's certificate. */
  readonly clientName?: string;
  /** Accepts any certificate. */
  readonly skipVerify?: boolean;
}

/**
 * What a client needs to reach a running server. Plain JSON, because cucumber passes it to the scenarios as a
 * world parameter.
 */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsMaterial;
  /** A login for each role that the target has, at least for admin. */
  readonly credentials: Partial<Record<Role, Credentials>>;
  /** The schema for tables; the default is the server's current schema. */
  readonly schema?: string;
  /** The catalog of the records; the default is the instrumentation file's. */
  readonly instrumentation?: string;
}

/**
 * The settings of a server for a scenario. The default is instrumentation in a new temporary folder; the
 * target chooses the other fields that are left out.
 */
export interface ServerSettings {
  /** `default` passes no flag at all. */
  readonly instrumentation?: boolean | 'default';
  /** The value of `--hostname`; null leaves the flag out. The default is the loopback address. */
  readonly hostname?: string | null;
  readonly folder?: string;
  /** Relative to `folder`; null is an in-memory database. */
  readonly databaseFilename?: string | null;
  readonly workingDirectory?: string;
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly tls?: 'none' | 'tls' | 'mtls';
  readonly readonly?: boolean;
  readonly queryTimeoutSeconds?: number;
  readonly initSql?: string;
  readonly logFormat?: 'text' | 'json';
}

/** The paths of a server's files, as given to the server. */
export interface ServerPaths {
  /** Undefined when the main database is in memory. */
  readonly database?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly clientAuthority?: string;
}

/** A server that the suite started. */
export interface OwnedServer {
  readonly address: ServerAddress;
  readonly folder: string;
  readonly settings: ServerSettings;
  readonly paths: ServerPaths;
  /** A login with any user name and role. Needs a target that offers `roles`. */
  login(user: string, role: Role): Promise<Credentials>;
  /** The server's log so far. */
  log(): string;
  /** Sends SIGTERM; resolves when the process has ended. */
  stop(): Promise<void>;
  /** Sends SIGKILL; resolves when the process has ended. */
  kill(): Promise<void>;
  /** Starts it again on the same files with the same settings, except for `changes`. */
  restart(changes?: Partial<ServerSettings>): Promise<OwnedServer>;
  /** Ends it if it is running, and removes its temporary folder. */
  dispose(): Promise<void>;
}

/** The server shared by all scenarios that need no server of their own. */
export type SharedServer = Pick<OwnedServer, 'address' | 'stop' | 'dispose'>;

/** Whether a target offers a need, and if not, the reason. */
export type Offer =
  { readonly offered: true } | { readonly offered: false; readonly reason: string };

/**
 * The SQL that loads DuckDB extensions, to begin an init SQL with; or the reason why they cannot be loaded.
 */
export type Loading =
  | { readonly offered: true; readonly sql: string }
  | { readonly offered: false; readonly reason: string };

/** The source of the server under test. */
export interface Target {
  readonly kind: string;
  readonly description: string;
  /** Other workers create the same target from these. */
  readonly settings: TargetSettings;
  /** Whether it offers a need. A scenario with other needs is untestable, with the reason given. */
  offers(need: Need): Promise<Offer>;
  /** How its servers load extensions; `extensions` are the names for LOAD. */
  loading(extensions: readonly ExtensionName[]): Promise<Loading>;
  /** Starts or connects to the server that the scenarios share. */
  open(): Promise<SharedServer>;
  /** Starts a separate server. Rejects with the last lines of its log when it does not start. */
  start(settings?: ServerSettings): Promise<OwnedServer>;
  /** Removes what its servers share. They must have ended. */
  dispose?(): void;
}

/** The reference server of this repository. */
export interface ReferenceSettings {
  readonly kind: 'reference';
  /** The release of GizmoSQL that it is, such as `1.21`; its newest by default. */
  readonly release?: string;
}

/** A program that takes GizmoSQL's flags and variables. */
export interface CommandSettings {
  readonly kind: 'command';
  /** A path relative to the suite's working directory, or a name to find in PATH. */
  readonly command: string;
  /** Arguments that precede the flags of the suite. */
  readonly arguments: readonly string[];
  /** Variables in addition to those of the suite; may hold secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A container image whose program takes GizmoSQL's flags and variables. */
export interface ImageSettings {
  readonly kind: 'image';
  readonly image: string;
  /** The program to run in the container; empty for the image's own. */
  readonly entrypoint: readonly string[];
  readonly arguments: readonly string[];
  /** Variables in addition to those of the suite; may hold secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A running server, which others may use at the same time. */
export interface EndpointSettings {
  readonly kind: 'endpoint';
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsMaterial;
  readonly credentials: Partial<Record<Role, Credentials>>;
  /** The possible names of the admin, if only the password was given: releases have different defaults. */
  readonly adminNames?: readonly string[];
  /** Signs tokens for the roles without a given login. */
  readonly tokens?: {
    /** The RSA key, PEM. */
    readonly key: string;
    readonly issuer: string;
    readonly audience: string;
  };
}

/**
 * The settings of a target. Plain JSON, because every worker creates its own target from it. May hold
 * secrets, so it is never shown.
 */
export type TargetSettings = (
  ReferenceSettings | CommandSettings | ImageSettings | EndpointSettings
) &
  CommonSettings;

/** Settings for every kind of target. */
export interface CommonSettings {
  /**
   * A catalog for the records instead of the file. The suite lets its servers attach a DuckLake of this name;
   * an endpoint has it already.
   */
  readonly catalog?: string;
  /** The user name of the admin on servers that the suite starts. Releases have different defaults. */
  readonly username?: string;
  /** Whether nothing stands between the suite and an endpoint or a container: no mapped port, no proxy. */
  readonly direct?: boolean;
  /** The absolute path of a licence file, for programs and images that need one. */
  readonly license?: string;
}
