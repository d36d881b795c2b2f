import { openSync } from 'node:fs';
import { destination, pino, stdTimeFunctions } from 'pino';
import type { DestinationStream } from 'pino';
import { logLevels } from './config.js';
import type { LogConfig, LogLevel } from './config.js';
import { Failure } from './errors.js';
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

/**
 * A log of the configured level and format. Each line is written before the
 * call returns, so none is lost however the server ends. Throws
 * Failure('invalid-argument') when the log file cannot be opened.
 */
export function createLog(config: Pick<LogConfig, 'level' | 'format' | 'file'>): Log {
  const lines = openDestination(config.file);
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
  return { debug: from('debug'), info: from('info'), warn: from('warn'), error: from('error'), at };
}

/** Whether something of severity `level` is to be logged where `least` is the least that is. */
export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(least);
}

function openDestination(file: string | null): DestinationStream {
  const stream = destination({ dest: descriptor(file), sync: true });
  // A full disk or a closed pipe costs log lines, not the server.
  stream.on('error', () => undefined);
  return stream;
}

function descriptor(file: string | null): number {
  if (file === null) {
    return process.stderr.fd;
  }
  if (file === '-') {
    return process.stdout.fd;
  }
  try {
    return openSync(file, 'a');
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
