import { constants, openSync } from 'node:fs';
import { pino, stdTimeFunctions } from 'pino';
import type { DestinationStream } from 'pino';
import { logLevels } from './config.js';
import type { Config, LogConfig, LogLevel } from './config.js';
import { Failure } from './errors.js';
import { LineWriter } from './line-writer.js';
import { logfmt } from './logfmt.js';

export type LogFields = Readonly<Record<string, unknown>>;

/** The server's log, one line per event. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Writes a line whatever the log's level, because its level is configured separately. */
  at(level: LogLevel, message: string, fields?: LogFields): void;
}

/** A log whose lines may wait to be written. */
export interface WrittenLog extends Log {
  /** Resolves when all lines are written, or after `patienceMs` milliseconds. */
  flush(patienceMs: number): Promise<void>;
}

/** Creates the log of a server. Each line names the server's cluster, if there is one. */
export function createServerLog({ log, clusterId }: Pick<Config, 'log' | 'clusterId'>): WrittenLog {
  return createLog(log, clusterId === null ? {} : { cluster_id: clusterId });
}

/**
 * Creates a log of the configured level and format. Each line is written before the call returns, so that a
 * crash loses none. If the reader is blocked, lines are queued up to a limit and then dropped, and the log
 * reports how many. Each line has the fields of `always`. Throws Failure('invalid-argument') if the log file
 * cannot be opened.
 */
export function createLog(
  config: Pick<LogConfig, 'level' | 'format' | 'file'>,
  always: LogFields = {},
): WrittenLog {
  const lines = new LineWriter(descriptor(config.file), (lost) => {
    at('error', 'lines of this log are lost: they could not be written', { lines: lost });
  });
  const logger = pino(
    {
      level: 'debug',
      base: always,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    config.format === 'json' ? lines : inText(lines),
  );
  const at: Log['at'] = (level, message, fields = {}) => {
    logger[level](fields, message);
  };
  const from = (level: LogLevel): Log['info'] =>
    isAtLeast(level, config.level) ? at.bind(null, level) : () => undefined;
  return {
    debug: from('debug'),
    info: from('info'),
    warn: from('warn'),
    error: from('error'),
    at,
    flush: (patienceMs) => lines.flush(patienceMs),
  };
}

/** Whether `level` is at least as severe as `least`. */
export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(least);
}

function descriptor(file: string | null): number {
  if (file === null) {
    return process.stderr.fd;
  }
  if (file === '-') {
    return process.stdout.fd;
  }
  try {
    // O_NONBLOCK: if the file is a named pipe, opening does not wait for a reader.
    const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
    return openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure('invalid-argument', `Cannot write the log file '${file}': ${why}`, { cause });
  }
}

function inText(lines: DestinationStream): DestinationStream {
  return {
    write: (json) => {
      const { time, level, msg, ...fields } = JSON.parse(json) as Record<string, unknown>;
      lines.write(`${logfmt({ time, level, msg, ...fields })}\n`);
    },
  };
}
