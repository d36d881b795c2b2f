import type { Need } from '../../fixtures/catalogue/catalogue.js';
import { randomUUID } from 'node:crypto';
import { signerOf } from '../../fixtures/surroundings/token-signer.js';
import { FlightError } from '../client/flight-error.js';
import { withClient } from '../client/with-client.js';
import { inNoFile } from './stores/store-profile.js';
import type {
  Credentials,
  EndpointSettings,
  Loading,
  Offer,
  OwnedServer,
  Role,
  ServerAddress,
  SharedServer,
  Target,
} from './target.js';

const roles: readonly Role[] = ['admin', 'user', 'readonly'];
const notOwned = 'the suite did not start this server, so it can';
const reasons: Record<Exclude<Need, 'roles' | 'instrumentation-file' | 'direct'>, string> = {
  start: `${notOwned} neither choose its settings nor start others like it`,
  kill: `${notOwned}not end it and start it again`,
  files: `${notOwned}not see its files`,
  logs: `${notOwned}not read its log`,
  'instrumentation-off': `${notOwned}not switch its instrumentation off`,
  queue: `${notOwned} neither choose its settings nor start it with a queue`,
  lake: `${notOwned} neither choose its settings nor give it a catalog database`,
  postgres: `${notOwned} neither choose its settings nor give it a catalog database`,
  'object-store': `${notOwned} neither choose its settings nor give it an object store`,
  'this-machine': `${notOwned}not know what machine it runs on`,
};
const tokenHours = 24;
const timeoutMs = 15_000;

/**
 * A running server, which others may use at the same time. The suite creates its tables in a schema of its
 * own and drops the schema at the end.
 */
export class EndpointTarget implements Target {
  readonly kind = 'endpoint';
  readonly description: string;
  private readonly schema = `gizmosql_conformance_${randomUUID().slice(0, 8)}`;

  constructor(readonly settings: EndpointSettings & { readonly catalog?: string }) {
    const { tls, host, port } = settings;
    this.description = `the server at ${tls === undefined ? 'grpc' : 'grpc+tls'}://${host}:${port}`;
  }

  offers(need: Need): Promise<Offer> {
    if (need === 'instrumentation-file') {
      const { catalog } = this.settings;
      return Promise.resolve(catalog === undefined ? { offered: true } : refusal(inNoFile));
    }
    if (need === 'direct') {
      // Only the outcome tells whether something stands between.
      return Promise.resolve({ offered: true });
    }
    return Promise.resolve(need === 'roles' ? this.offersRoles() : refusal(reasons[need]));
  }

  loading(): Promise<Loading> {
    return Promise.resolve(refusal(reasons.lake));
  }

  async open(): Promise<SharedServer> {
    const { host, port, tls, catalog } = this.settings;
    const address: ServerAddress = {
      host,
      port,
      ...(tls === undefined ? {} : { tls }),
      credentials: await this.logins(await this.adminLogin()),
      schema: this.schema,
      ...(catalog === undefined ? {} : { instrumentation: catalog }),
    };
    let dropping: Promise<void> | undefined;
    try {
      await asAdmin(address, `CREATE SCHEMA IF NOT EXISTS ${this.schema}`);
    } catch (error) {
      if (!(error instanceof FlightError && error.answered)) {
        throw error;
      }
      // The next statement reports the server's error. A server that only allows reading needs no schema.
      dropping = Promise.resolve();
    }
    const drop = (): Promise<void> =>
      (dropping ??= asAdmin(address, `DROP SCHEMA IF EXISTS ${this.schema} CASCADE`));
    return { address, stop: drop, dispose: () => drop().catch(() => undefined) };
  }

  start(): Promise<OwnedServer> {
    return Promise.reject(new Error(reasons.start));
  }

  private offersRoles(): Offer {
    const { credentials, tokens } = this.settings;
    const lacking = roles.filter((role) => credentials[role] === undefined);
    return tokens !== undefined || lacking.length === 0
      ? { offered: true }
      : refusal(`no login was given for the role ${lacking.join(' and ')}`);
  }

  /** The admin's login with the first name that the server accepts; the given login if it accepts none. */
  private async adminLogin(): Promise<Credentials | undefined> {
    const { host, port, tls, credentials, adminNames = [] } = this.settings;
    const { admin } = credentials;
    if (admin === undefined) {
      return undefined;
    }
    const address = { host, port, ...(tls === undefined ? {} : { tls }) };
    for (const username of adminNames) {
      const login = { ...admin, username };
      if (!(await isRefused(address, login))) {
        return login;
      }
    }
    return admin;
  }

  private async logins(admin: Credentials | undefined): Promise<ServerAddress['credentials']> {
    const { tokens } = this.settings;
    const credentials = {
      ...this.settings.credentials,
      ...(admin === undefined ? {} : { admin }),
    };
    if (tokens === undefined) {
      return credentials;
    }
    const { key, issuer, audience } = tokens;
    const signer = signerOf(key);
    const signed = roles.map(async (role): Promise<[Role, Credentials]> => {
      const user = `conformance_${role}`;
      const expiresInSeconds = tokenHours * 3600;
      const password = await signer.sign({
        issuer,
        audience,
        subject: user,
        role,
        expiresInSeconds,
      });
      return [role, { username: 'token', password, user }];
    });
    return { ...Object.fromEntries(await Promise.all(signed)), ...credentials };
  }
}

function refusal(reason: string) {
  return { offered: false, reason } as const;
}

/** Whether the server refuses a login. Other errors, such as an unreachable host, are reported at its use. */
async function isRefused(
  address: Omit<ServerAddress, 'credentials'>,
  login: Credentials,
): Promise<boolean> {
  try {
    await withClient(address, login, timeoutMs, () => Promise.resolve());
    return false;
  } catch (error) {
    return error instanceof FlightError && error.answered;
  }
}

async function asAdmin(address: ServerAddress, sql: string): Promise<void> {
  const login = address.credentials.admin;
  if (login === undefined) {
    throw new Error('no login was given for the role admin');
  }
  await withClient(address, login, timeoutMs, (client) => client.query(sql));
}
