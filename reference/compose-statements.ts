import type { Recorder } from './instrumentation/recorder.js';
import type { RecordsPlace } from './instrumentation/records-place.js';
import type { Revision } from './instrumentation/revision.js';
import { composeGuard } from './compose-access.js';
import type { Engines } from './open-engines.js';
import type { ServerContext } from './server-context.js';
import { isFrom } from './release.js';
import type { SessionRegistry } from './sessions/session-registry.js';
import type { Session } from './sessions/session.js';
import { usualSettings } from './sessions/query-settings.js';
import { GizmosqlSettings } from './statements/gizmosql-settings.js';
import { KillSession } from './statements/kill-session.js';
import { substitutePseudoFunctions } from './statements/pseudo-functions.js';
import type { PseudoFunctionValues } from './statements/pseudo-functions.js';
import { RecordsReading } from './statements/records-reading.js';
import { StatementService } from './statements/statement-service.js';
import { gizmosqlEdition } from './version.js';

/** Builds the service that prepares and runs statements. */
export function composeStatements(
  context: ServerContext,
  {
    engines,
    sessions,
    recorder,
  }: {
    readonly engines: Engines;
    readonly sessions: SessionRegistry;
    readonly recorder: Recorder;
  },
): StatementService {
  const { config, parts, clock, log } = context;
  const valuesFor = pseudoFunctionValues(context, engines.instrumentation.place);
  return new StatementService({
    recorder,
    clock,
    log,
    printQueries: config.log.printQueries,
    hasTimeline: isFrom(config.release, '1.34'),
    settings: composeSettings(context, recorder),
    guard: composeGuard(context, engines.instrumentation),
    pseudoFunctions: parts.pseudoFunctions ?? substitutePseudoFunctions,
    reading: composeReading(engines),
    queue: parts.queue,
    kill: parts.kill?.(sessions) ?? new KillSession(sessions),
    valuesFor: (session) => ofRevision(context.revision, valuesFor(session)),
  });
}

/** The server's own settings. A session's tag is recorded when it changes. */
function composeSettings({ config }: ServerContext, recorder: Recorder): GizmosqlSettings {
  const settings = new GizmosqlSettings({
    initial: {
      ...usualSettings,
      queryTimeoutSeconds: config.queryTimeoutSeconds,
      queryLogLevel: config.log.queryLevel,
      ...config.statements,
    },
    isFrom: (release) => isFrom(config.release, release),
  });
  settings.onChange(({ id, settings: own }, { field }) => {
    if (field === 'sessionTag') {
      recorder.sessionTagged(id, own.sessionTag ?? null);
    }
  });
  return settings;
}

/**
 * Answers admins' statements about the records; null if the clients' engine has the records, or there are
 * none.
 */
function composeReading({ clients, records, instrumentation }: Engines): RecordsReading | null {
  const { place } = instrumentation;
  return place === null || records === clients
    ? null
    : new RecordsReading({ ...place, connect: () => records.connect() });
}

/** The values of all functions that any release has, for a session; `place` is null without records. */
function pseudoFunctionValues(
  { config, instanceId }: ServerContext,
  place: RecordsPlace | null,
): (session: Session) => PseudoFunctionValues {
  return ({ id, identity }) => ({
    GIZMOSQL_VERSION: config.release.name,
    GIZMOSQL_EDITION: gizmosqlEdition,
    GIZMOSQL_CURRENT_SESSION: id,
    GIZMOSQL_CURRENT_INSTANCE: instanceId,
    GIZMOSQL_CURRENT_CLUSTER: config.clusterId,
    GIZMOSQL_USER: identity.username,
    GIZMOSQL_ROLE: identity.role,
    GIZMOSQL_INSTRUMENTATION_ENABLED: place !== null,
    GIZMOSQL_INSTRUMENTATION_CATALOG: place?.catalog ?? '',
    GIZMOSQL_INSTRUMENTATION_SCHEMA: place?.schema ?? '',
  });
}

/** Only the functions that a revision has. */
function ofRevision({ functions }: Revision, values: PseudoFunctionValues): PseudoFunctionValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => functions.includes(name)));
}
