import { doors } from '../scenario/attempts.js';
import { printValue } from '../client/plain-value.js';
import { FlightError } from '../client/flight-error.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { broken, housekeepingMark } from '../scenario/session.js';
import type { Session } from '../scenario/session.js';
import { allSettled } from '../scenario/world.js';
import type { World } from '../scenario/world.js';
import { actors, statements } from './script.js';
import type { Action, Actor, End, OwnAction, Stage } from './script.js';
import type { ModelExecution, ModelSession } from './script-model.js';

/** An actor that is connected. */
interface Connected {
  readonly session: Session;
  readonly model: ModelSession;
  /** `shaken`: something happened in it after which it is not specified whether it goes on. */
  transaction: 'none' | 'open' | 'shaken';
}

/** How many rows the statements have that are closed early or left behind. */
const longRows = 100_000;

/** Does what scripts say, and keeps the model of what must be on record. */
export class ScriptRun {
  /** Of all sessions that there were. */
  readonly models: ModelSession[] = [];
  private readonly connected = new Map<Actor, Connected>();
  private transactions = 0;

  /** `mark` tells its sessions from those of others that are performed at the same time. */
  constructor(
    private readonly world: World,
    private readonly mark = '',
  ) {}

  /** Does what can be done here, in order; PromiseBroken when the server does not answer as it must. */
  async performAll(actions: Stage['actions']): Promise<void> {
    for (const action of actions) {
      await this.perform(action);
    }
  }

  private async perform(action: Stage['actions'][number]): Promise<void> {
    switch (action.do) {
      case 'together': {
        await allSettled(action.actions.map((each) => this.own(each)));
        return;
      }
      case 'kill':
        await this.kill(action);
        return;
      default:
        await this.own(action);
    }
  }

  /** Takes note that the server ended, and with it all sessions. */
  serverEnded(how: End): void {
    for (const { model } of this.connected.values()) {
      if (model.status === 'active') {
        model.status = how === 'kill' ? 'crashed' : 'stopped';
      }
    }
    this.connected.clear();
  }

  /** Ends what the script has left open. */
  async close(): Promise<void> {
    await Promise.all([...this.connected.values()].map(({ session }) => session.dispose()));
    this.connected.clear();
  }

  private async own(action: OwnAction): Promise<void> {
    const { who } = action;
    const here = this.connected.get(who);
    if (action.do === 'connect') {
      if (here === undefined || here.model.status === 'killed') {
        await this.connect(who);
      }
      return;
    }
    if (here === undefined) {
      return;
    }
    if (here.model.status === 'killed') {
      await mustFail(here.session);
      return;
    }
    await this.act(action, here);
    if (here.transaction !== 'none' && shaking.has(action.do)) {
      await shake(here);
    }
  }

  private async connect(who: Actor): Promise<void> {
    const name = `${who}${this.mark}`;
    const session = await this.world.openSession(name, actors[who]);
    const id = this.world.fill(`\${${name}}`);
    const model: ModelSession = {
      id,
      name,
      status: 'active',
      statements: [],
      executions: [],
      unjudged: new Set(),
    };
    this.models.push(model);
    this.connected.set(who, { session, model, transaction: 'none' });
  }

  private async act(action: Exclude<OwnAction, { do: 'connect' }>, here: Connected): Promise<void> {
    const { session, model } = here;
    switch (action.do) {
      case 'query': {
        const sql = statements.query(action.rows);
        const { rows } = await session.succeed(sql, (client) => client.query(sql));
        mustHave(rows.length, action.rows, sql);
        note(model, sql, { status: 'success', rows: action.rows });
        return;
      }
      case 'let go': {
        const sql = statements.query(action.rows);
        mustHave(await letGo(session, sql, action.rows), action.rows, sql);
        note(model, sql, { status: 'success', rows: action.rows });
        return;
      }
      case 'close early': {
        const sql = statements[action.do]();
        const got = await letGo(session, sql, action.rows);
        note(model, sql, { status: 'closed early', rows: [got, longRows] });
        return;
      }
      case 'begin':
      case 'commit':
      case 'rollback': {
        // Whether a readonly session may begin a transaction is not specified.
        const fits = (here.transaction === 'none') === (action.do === 'begin');
        if (session.settings.role !== 'readonly' && fits) {
          await this.transact(here, action.do);
        }
        return;
      }
      case 'come back':
        await this.comeBack(here, action);
        return;
      case 'fail to prepare': {
        const sql = statements[action.do]();
        await mustRefuse(session, sql, doors['a query']);
        model.statements.push({ text: sql, prepared: false });
        return;
      }
      case 'fail to execute': {
        const sql = statements[action.do]();
        await mustRefuse(session, sql, doors['a query']);
        note(model, sql, { status: 'error', rows: null });
        return;
      }
      case 'update': {
        // What a readonly session may write is not specified to this detail.
        if (session.settings.role !== 'readonly') {
          const sql = statements.update();
          await session.succeed(sql, (client) => client.update(sql));
          note(model, sql, { status: 'success', rows: null });
        }
        return;
      }
      case 'prepare':
        await prepare(here);
        return;
      case 'execute':
        if (session.prepared === undefined) {
          await prepare(here);
        }
        await execute(here, action.bound);
        return;
      case 'close prepared': {
        const { prepared } = session;
        session.prepared = undefined;
        await prepared?.close();
        return;
      }
      case 'cancel': {
        const sql = statements.long();
        await begin(session, sql);
        const { query } = session.running ?? {};
        await session.succeed('CancelQuery', (client) =>
          query === undefined ? Promise.resolve('') : client.cancelQuery(query.info),
        );
        await mustEnd(session);
        note(model, sql, { status: 'cancelled', rows: null });
        return;
      }
      case 'close':
        await session.succeed('CloseSession', (client) => client.closeSession());
        this.end(here, action.who, 'closed');
        return;
      case 'disconnect':
        session.loseConnection();
        this.end(here, action.who, 'gone');
    }
  }

  /** In a text that tells it from others: where a shaken one cannot be ended so, what is recorded of that is open. */
  private async transact(here: Connected, what: 'begin' | 'commit' | 'rollback'): Promise<void> {
    const { session, model } = here;
    const sql = `${statements[what]()} /* ${++this.transactions} */`;
    const outcome = await session.perform(sql, (client) => client.query(sql));
    const shaken = here.transaction === 'shaken';
    here.transaction = what === 'begin' ? 'open' : 'none';
    if (!('error' in outcome)) {
      note(model, sql, { status: 'success', rows: null });
    } else if (shaken && outcome.error.answered) {
      model.unjudged.add(sql);
      await endTransaction(here);
    } else {
      throw broken('a transaction', sql, outcome.error);
    }
  }

  private end({ session, model }: Connected, who: Actor, status: ModelSession['status']): void {
    session.usable = false;
    session.client.close();
    model.status = status;
    this.connected.delete(who);
  }

  /** Where its token is not served on another connection, it is gone: it has to log in again. */
  private async comeBack(
    here: Connected,
    { who, reading }: Extract<OwnAction, { do: 'come back' }>,
  ): Promise<void> {
    const { session, model } = here;
    if (reading) {
      const sql = statements['come back']();
      const got = await begin(session, sql);
      note(model, sql, { status: 'left behind', rows: [got, longRows] });
    }
    session.loseConnection();
    if ((await session.comeBack(model.id)) !== undefined) {
      this.end(here, who, 'gone');
    } else if (here.transaction !== 'none') {
      await endTransaction(here);
    }
  }

  private async kill({ who, whom, busy }: Extract<Action, { do: 'kill' }>): Promise<void> {
    const killer = this.connected.get(who);
    if (killer === undefined) {
      return;
    }
    if (killer.model.status === 'killed') {
      await mustFail(killer.session);
      return;
    }
    const victim = whom === 'nobody' ? undefined : this.connected.get(whom);
    const id = victim?.model.id ?? this.world.fill('${forged}');
    const may = killer.session.settings.role === 'admin' && whom !== who;
    const sql = `KILL SESSION '${id}'`;
    if (!may || victim?.model.status !== 'active') {
      await mustRefuse(killer.session, sql, doors['a query']);
      return;
    }
    const text = busy ? statements.long() : undefined;
    if (text !== undefined) {
      await begin(victim.session, text);
    }
    await killer.session.succeed(sql, (client) => client.query(sql));
    victim.model.status = 'killed';
    if (text !== undefined) {
      await mustEnd(victim.session);
      note(victim.model, text, { status: 'cancelled', rows: null });
    }
  }
}

function note(
  model: ModelSession,
  text: string,
  execution: Pick<ModelExecution, 'status' | 'rows'>,
): void {
  model.statements.push({ text, prepared: true });
  model.executions.push({ text, bound: undefined, ...execution });
}

async function prepare({ session, model }: Connected): Promise<void> {
  const sql = statements.prepare();
  await session.succeed(sql, async (client) => {
    session.prepared = await client.prepare(sql);
    return 'prepared';
  });
  model.statements.push({ text: sql, prepared: true });
}

async function execute({ session, model }: Connected, bound: string | null): Promise<void> {
  const { prepared } = session;
  if (prepared === undefined) {
    return;
  }
  const text = statements.prepare();
  prepared.bind({ columns: [{ name: 'p', type: 'VARCHAR' }], rows: [[bound]] });
  const outcome = await session.perform(text, () => prepared.query(), { parameters: [bound] });
  const fails = bound !== null && !/^-?\d+$/.test(bound);
  if ('error' in outcome) {
    if (!fails || !outcome.error.answered) {
      const promised = fails ? 'a refusal' : 'one row';
      throw broken(promised, `${text}, with ${JSON.stringify(bound)}`, outcome.error);
    }
  } else if (fails) {
    throw new PromiseBroken('a refusal', `${text}, with ${JSON.stringify(bound)}`, 'success');
  }
  model.executions.push({
    text,
    bound,
    status: fails ? 'error' : 'success',
    rows: fails ? null : 1,
  });
}

/** Starts a long query and reads the first of its rows; resolves to their number. */
async function begin(session: Session, sql: string): Promise<number> {
  let got = 0;
  await session.succeed(sql, async (client) => {
    session.running = { sql, query: await client.startQuery(sql) };
    got = (await session.running.query.nextBatch())?.length ?? 0;
    return `its first ${got} rows`;
  });
  return got;
}

/** Lets go of a query's result after so many rows, or more: whole batches are read. Resolves to their number. */
async function letGo(session: Session, sql: string, rows: number): Promise<number> {
  let got = 0;
  await session.succeed(sql, async (client) => {
    got = await (await client.startQuery(sql)).letGoAfter(rows);
    return `${got} rows, and no more`;
  });
  return got;
}

/** What becomes of an open transaction is not specified after these. */
const shaking: ReadonlySet<OwnAction['do']> = new Set<OwnAction['do']>([
  'fail to prepare',
  'fail to execute',
  'execute',
  'cancel',
  'let go',
  'close early',
]);

/** A transaction that takes no statement any more is ended, and the script goes on without one. */
async function shake(here: Connected): Promise<void> {
  here.transaction = 'shaken';
  const sql = `SELECT 1 ${housekeepingMark}`;
  const outcome = await here.session.perform(sql, (client) => client.query(sql));
  if ('error' in outcome) {
    await endTransaction(here);
  }
}

/** Whether or not there is one, by a statement that no model counts. */
async function endTransaction(here: Connected): Promise<void> {
  here.transaction = 'none';
  const sql = `ROLLBACK ${housekeepingMark}`;
  await here.session.perform(sql, (client) => client.query(sql));
}

/** Reads on until the error, which must come: the result is too long to end otherwise. */
async function mustEnd(session: Session): Promise<void> {
  const { sql, query } = session.running ?? {};
  session.running = undefined;
  try {
    await query?.readToEnd();
  } catch (error) {
    if (error instanceof FlightError && error.code !== 'DEADLINE_EXCEEDED') {
      return;
    }
    throw broken('the query ends with an error', sql ?? '', error);
  }
  throw new PromiseBroken('the query ends with an error', sql ?? '', 'the whole result');
}

async function mustRefuse(
  session: Session,
  sql: string,
  door: (typeof doors)['a query'],
): Promise<void> {
  const outcome = await session.perform(sql, (client) => door(client, sql));
  if (!('error' in outcome) || !outcome.error.answered) {
    const got = 'error' in outcome ? printValue(outcome.error.message) : 'success';
    throw new PromiseBroken('a refusal', sql, got);
  }
}

/** Whatever a killed session tries ends in an error; a broken connection is one, waiting in vain is none. */
async function mustFail(session: Session): Promise<void> {
  const sql = 'SELECT 1';
  const outcome = await session.perform(sql, (client) => client.query(sql));
  if (!('error' in outcome) || outcome.error.code === 'DEADLINE_EXCEEDED') {
    const got = 'error' in outcome ? 'no answer' : 'success';
    throw new PromiseBroken('an error: the session was killed', sql, got);
  }
}

function mustHave(rows: number, expected: number, sql: string): void {
  if (rows !== expected) {
    throw new PromiseBroken(`${expected} rows`, sql, `${rows} rows`);
  }
}
