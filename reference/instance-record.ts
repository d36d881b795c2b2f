import type { Config } from './config.js';
import { hostFacts, serverIp } from './instrumentation/host-facts.js';
import type { InstanceRecord } from './instrumentation/records.js';
import { gizmosqlEdition, gizmosqlVersion } from './version.js';

/** What the row of an instance has besides its settings and facts of its machine. */
export type StartFacts = Pick<
  InstanceRecord,
  'instanceId' | 'startTime' | 'port' | 'duckdbVersion' | 'arrowVersion'
>;

/** The row of this instance when it has started to listen. */
export async function instanceRecord(config: Config, facts: StartFacts): Promise<InstanceRecord> {
  const { tls } = config;
  return {
    ...facts,
    ...(await hostFacts()),
    gizmosqlVersion,
    gizmosqlEdition,
    hostnameArg: config.hostnameArg,
    serverIp: await serverIp(config.hostname),
    databasePath: config.databaseFilename ?? ':memory:',
    tlsEnabled: tls !== null,
    tlsCertPath: tls?.certPath ?? null,
    tlsKeyPath: tls?.keyPath ?? null,
    mtlsRequired: tls?.mtls != null,
    mtlsCaCertPath: tls?.mtls?.caCertPath ?? null,
    readonly: config.readonly,
  };
}
