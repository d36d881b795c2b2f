import { constants, openSync } from 'node:fs';
import { pino, stdTimeFunctions } from 'pino';
import type { DestinationStream } from 'pino';
import { logLevels } from './config.js';
import type { LogConfig, LogLevel } from './config.js';
import { Failure } from './errors.js';
import { LineWriter } from './line-writer.js';
import { logfmt } from './logfmt.js';

export type LogFields = Readonly<Record<string, unknown>>;

/** Where the server says what it does, one line an event. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A line that is wanted whatever the log's level is: somebody has set a level for its kind. */
  at(level: LogLevel, message: string, fields?: LogFields): void;
}

/** A log whose lines may still wait for a reader. */
export interface WrittenLog extends Log {
  /** Resolves when all lines are written, or after so many milliseconds. */
  flush(patienceMs: number): Promise<void>;
}

/**
 * A log of the configured level and format. Each line is written before the
 * call returns, so none is lost however the server ends, unless there is no
 * room: nobody waits for the log's reader, and lines that are too many are
 * lost. The log says how many. Throws Failure('invalid-argument') when the log
 * file cannot be opened.
 */
export function createLog(config: Pick<LogConfig, 'level' | 'format' | 'file'>): WrittenLog {
  const lines = new LineWriter(descriptor(config.file), (lost) => {
    at('error', 'lines of this log are lost: they could not be written', { lines: lost });
  });
  const logger = pino(
    {
      level: 'debug',
      base: null,
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

/** Whether something of severity `level` is to be logged where `least` is the least that is. */
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
    // Without waiting for a reader where the file is a named pipe.
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
