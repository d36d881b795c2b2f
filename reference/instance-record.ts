import type { Config } from './config.js';
import { hostFacts, serverIp } from './instrumentation/host-facts.js';
import type { InstanceRecord } from './instrumentation/records.js';
import { gizmosqlEdition } from './version.js';

/** The facts of an instance record that are known only at the start of the server. */
export type StartFacts = Pick<
  InstanceRecord,
  'instanceId' | 'startTime' | 'port' | 'duckdbVersion' | 'arrowVersion'
>;

/** Builds the instance record, after the server has started to listen. */
export async function instanceRecord(config: Config, facts: StartFacts): Promise<InstanceRecord> {
  const { tls } = config;
  return {
    ...facts,
    ...(await hostFacts()),
    gizmosqlVersion: config.release.name,
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
    instanceTag: config.instanceTag,
    clusterId: config.clusterId,
  };
}
