import type { ExtensionName } from '../../fixtures/surroundings/extensions.js';

/** What a scenario's user may do on the server. */
export type Role = 'admin' | 'user' | 'readonly';

/** What a scenario needs of a target beyond an endpoint with one admin login. */
export type Need =
  | 'start'
  | 'kill'
  | 'files'
  | 'logs'
  | 'roles'
  | 'lake'
  | 'postgres'
  | 'object-store'
  | 'instrumentation-file'
  | 'this-machine';

/** How to log in as a role: username `token` and an RS256 token as password, or a plain login. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** The user they log in, when `username` doesn't say: a token names its own. */
  readonly user?: string;
}

/** The certificates of an endpoint that speaks TLS, all of them PEM text. */
export interface TlsMaterial {
  /** Left out, the system's authorities are trusted. */
  readonly caCertificate?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  /** The common name that the client's certificate is made out to. */
  readonly clientName?: string;
  /** Meets any certificate, whoever issued it to whomever. */
  readonly skipVerify?: boolean;
}

/**
 * Everything a client needs to reach a running server. Plain JSON, because it
 * travels to the scenarios as a cucumber world parameter.
 */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsMaterial;
  /** A login for each role that the target has one for; admin always. */
  readonly credentials: Partial<Record<Role, Credentials>>;
  /** The schema in which tables are to be made; left out, the one that the server offers. */
  readonly schema?: string;
  /** The catalog that keeps the records; left out, the instrumentation file's. */
  readonly instrumentation?: string;
}

/**
 * How a scenario wants a server configured. A field left out is the target's
 * own choice; its usual one is instrumentation on, in a fresh temporary folder.
 */
export interface ServerSettings {
  /** `default` passes no flag at all. */
  readonly instrumentation?: boolean | 'default';
  /** What `--hostname` says; null leaves it out. The usual one is the loopback address. */
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

/** Where a server's files are, as it was told. */
export interface ServerPaths {
  /** Undefined when the main database is in memory. */
  readonly database?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly clientAuthority?: string;
}

/** A server the suite started and owns. */
export interface OwnedServer {
  readonly address: ServerAddress;
  readonly folder: string;
  readonly settings: ServerSettings;
  readonly paths: ServerPaths;
  /** A login of any user name in any role; needs a target that offers `roles`. */
  login(user: string, role: Role): Promise<Credentials>;
  /** What the server logged so far. */
  log(): string;
  /** SIGTERM, resolves when the process is gone. */
  stop(): Promise<void>;
  /** SIGKILL, resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same files with the same settings, perhaps changed. */
  restart(changes?: Partial<ServerSettings>): Promise<OwnedServer>;
  /** Ends it, if it still runs, and removes the folder that was made for it. */
  dispose(): Promise<void>;
}

/** What all scenarios share that ask for no server of their own. */
export type SharedServer = Pick<OwnedServer, 'address' | 'stop' | 'dispose'>;

/** Whether a target offers what a scenario needs; if not, why not. */
export type Offer =
  { readonly offered: true } | { readonly offered: false; readonly reason: string };

/** The SQL by which servers load extensions of DuckDB, for the beginning of init SQL; or why they can't. */
export type Loading =
  | { readonly offered: true; readonly sql: string }
  | { readonly offered: false; readonly reason: string };

/** Where the server under test comes from. */
export interface Target {
  readonly kind: string;
  readonly description: string;
  /** What other workers make the same target from. */
  readonly settings: TargetSettings;
  /** What this target offers; a scenario that needs more is untestable, for the reason given. */
  offers(need: Need): Promise<Offer>;
  /** How its servers load extensions, by the names that LOAD takes. */
  loading(extensions: readonly ExtensionName[]): Promise<Loading>;
  /** Makes the server that the scenarios share: starts one, or reaches what runs already. */
  open(): Promise<SharedServer>;
  /** Starts a server of the suite's own. Rejects, with the server's last words, when it won't start. */
  start(settings?: ServerSettings): Promise<OwnedServer>;
  /** Gives up what it keeps for all its servers, which must be gone. */
  dispose?(): void;
}

/** A program that takes GizmoSQL's flags and variables. */
export interface CommandSettings {
  readonly kind: 'command';
  /** A file, relative to where the suite runs, or a name that the PATH finds. */
  readonly command: string;
  /** Go before the flags of the suite. */
  readonly arguments: readonly string[];
  /** Beside the variables of the suite; may hold secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A container image whose program takes GizmoSQL's flags and variables. */
export interface ImageSettings {
  readonly kind: 'image';
  readonly image: string;
  /** The program to run in it; empty for what the image itself runs. */
  readonly entrypoint: readonly string[];
  readonly arguments: readonly string[];
  /** Beside the variables of the suite; may hold secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A server that runs already, and that others may be using. */
export interface EndpointSettings {
  readonly kind: 'endpoint';
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsMaterial;
  /** The logins that were given. */
  readonly credentials: Partial<Record<Role, Credentials>>;
  /** Signs tokens for the roles that none was given for. */
  readonly tokens?: {
    /** The RSA key, PEM. */
    readonly key: string;
    readonly issuer: string;
    readonly audience: string;
  };
}

/**
 * How to make a target. Plain JSON, because every worker makes its own from it; may hold secrets, so it
 * is never shown.
 */
export type TargetSettings = (
  { readonly kind: 'reference' } | CommandSettings | ImageSettings | EndpointSettings
) & {
  /**
   * A catalog that keeps the records instead of the file: a DuckLake that the suite
   * has its servers attach, or where a server that runs already keeps them.
   */
  readonly catalog?: string;
};
