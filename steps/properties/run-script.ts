import type { TypedRows } from '../client/parameters.js';
import type { Door } from '../scenario/doors.js';
import { refusalIn } from '../scenario/session.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { broken, housekeepingMark } from '../scenario/conversation.js';
import type { Session } from '../scenario/session.js';
import { allSettled } from '../scenario/servers.js';
import type { World } from '../scenario/world.js';
import { actors, statements } from './script.js';
import type { Action, Actor, End, OwnAction, Stage } from './script.js';
import type { ModelExecution, ModelSession } from './script-model.js';

/** The state of a connected actor. */
interface Connected {
  readonly session: Session;
  readonly model: ModelSession;
  /** `shaken`: the specification does not say whether the transaction continues after what happened. */
  transaction: 'none' | 'open' | 'shaken';
}

/** The number of rows of results that are closed early or left behind. */
const longRows = 100_000;

/** Performs scripts, and keeps a model of the expected records. */
export class ScriptRun {
  /** The models of all sessions, ended ones included. */
  readonly models: ModelSession[] = [];
  private readonly connected = new Map<Actor, Connected>();
  private transactions = 0;

  /** `mark` distinguishes its sessions from those of scripts that run at the same time. */
  constructor(
    private readonly world: World,
    private readonly mark = '',
  ) {}

  /** Performs the possible actions in sequence. Throws PromiseBroken when the server's answer is wrong. */
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

  /** Notes that the server ended, and all sessions with it. */
  serverEnded(how: End): void {
    for (const { model } of this.connected.values()) {
      if (model.status === 'active') {
        model.status = how === 'kill' ? 'crashed' : 'stopped';
      }
    }
    this.connected.clear();
  }

  /** Ends the sessions that the script left open. */
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
      await killedMustFail(here.session);
      return;
    }
    await this.act(action, here);
    if (here.transaction !== 'none' && shaking.has(action.do)) {
      await shake(here);
    }
  }

  private async connect(who: Actor): Promise<void> {
    const name = `${who}${this.mark}`;
    const session = await this.world.sessions.start(name, actors[who]);
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
        const { rows } = await session.execute(sql);
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
        // The specification does not say whether a readonly session may begin a transaction.
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
        await mustRefuse(session, sql);
        model.statements.push({ text: sql, prepared: false });
        return;
      }
      case 'fail to execute': {
        const sql = statements[action.do]();
        await mustRefuse(session, sql);
        note(model, sql, { status: 'error', rows: null });
        return;
      }
      case 'update': {
        // The specification does not say what exactly a readonly session may write.
        if (session.settings.role !== 'readonly') {
          const sql = statements.update();
          await session.execute(sql, 'an update');
          note(model, sql, { status: 'success', rows: null });
        }
        return;
      }
      case 'prepare':
        await prepare(here);
        return;
      case 'execute':
        if (!session.hasPrepared) {
          await prepare(here);
        }
        await execute(here, action.bound);
        return;
      case 'close prepared': {
        if (session.hasPrepared) {
          await session.closePrepared();
        }
        return;
      }
      case 'cancel': {
        const sql = statements.long();
        await begin(session, sql);
        const { info } = session.running.query;
        await session.succeed('CancelQuery', (client) => client.cancelQuery(info));
        await session.runningMustFail();
        note(model, sql, { status: 'cancelled', rows: null });
        return;
      }
      case 'close':
        await session.close();
        this.end(here, action.who, 'closed');
        return;
      case 'disconnect':
        session.loseConnection();
        this.end(here, action.who, 'gone');
    }
  }

  /**
   * The comment makes the text unique. If a shaken transaction cannot be ended, the record of the text is not
   * specified.
   */
  private async transact(here: Connected, what: 'begin' | 'commit' | 'rollback'): Promise<void> {
    const { session, model } = here;
    const sql = `${statements[what]()} /* ${++this.transactions} */`;
    const outcome = await session.tryToExecute(sql);
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
    session.cutOff();
    model.status = status;
    this.connected.delete(who);
  }

  /**
   * If the server refuses its token on another connection, the session has ended and the actor logs in again.
   */
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
      await killedMustFail(killer.session);
      return;
    }
    const victim = whom === 'nobody' ? undefined : this.connected.get(whom);
    const id = victim?.model.id ?? this.world.fill('${forged}');
    const may = killer.session.settings.role === 'admin' && whom !== who;
    const sql = `KILL SESSION '${id}'`;
    if (may && victim?.model.status === 'killed') {
      // Whether it is refused is judged by kill.must-be-active alone.
      await killer.session.tryToExecute(sql);
      return;
    }
    if (!may || victim?.model.status !== 'active') {
      await mustRefuse(killer.session, sql);
      return;
    }
    const text = busy ? statements.long() : undefined;
    if (text !== undefined) {
      await begin(victim.session, text);
    }
    await killer.session.execute(sql);
    victim.model.status = 'killed';
    if (text !== undefined) {
      await victim.session.runningMustFail();
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
  await session.prepare(sql);
  model.statements.push({ text: sql, prepared: true });
}

async function execute({ session, model }: Connected, bound: string | null): Promise<void> {
  const text = statements.prepare();
  const parameters: TypedRows = { columns: [{ name: 'p', type: 'VARCHAR' }], rows: [[bound]] };
  const outcome = await session.tryToExecutePrepared(parameters, [bound]);
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

/** Starts a long query and reads its first batch; resolves to the number of rows. */
async function begin(session: Session, sql: string): Promise<number> {
  const { query } = await session.start(sql);
  try {
    return (await query.nextBatch())?.length ?? 0;
  } catch (error) {
    throw broken('the first rows of a long result', sql, error);
  }
}

/** Closes a result after at least `rows` rows, in whole batches. Resolves to the number of rows read. */
async function letGo(session: Session, sql: string, rows: number): Promise<number> {
  let got = 0;
  await session.succeed(sql, async (client) => {
    got = await (await client.startQuery(sql)).letGoAfter(rows);
    return `${got} rows, and no more`;
  });
  return got;
}

/** After these actions the state of an open transaction is not specified. */
const shaking: ReadonlySet<OwnAction['do']> = new Set<OwnAction['do']>([
  'fail to prepare',
  'fail to execute',
  'execute',
  'cancel',
  'let go',
  'close early',
]);

/** Ends a transaction that refuses statements; the script continues without it. */
async function shake(here: Connected): Promise<void> {
  here.transaction = 'shaken';
  const sql = `SELECT 1 ${housekeepingMark}`;
  const outcome = await here.session.tryToExecute(sql);
  if ('error' in outcome) {
    await endTransaction(here);
  }
}

/** Ends the transaction, if any, by a statement that the model does not count. */
async function endTransaction(here: Connected): Promise<void> {
  here.transaction = 'none';
  const sql = `ROLLBACK ${housekeepingMark}`;
  await here.session.tryToExecute(sql);
}

async function mustRefuse(session: Session, sql: string, door: Door = 'a query'): Promise<void> {
  refusalIn(sql, await session.tryToExecute(sql, door));
}

async function killedMustFail(session: Session): Promise<void> {
  const sql = 'SELECT 1';
  await session.mustFail('the session was killed', sql, (client) => client.query(sql));
}

function mustHave(rows: number, expected: number, sql: string): void {
  if (rows !== expected) {
    throw new PromiseBroken(`${expected} rows`, sql, `${rows} rows`);
  }
}
