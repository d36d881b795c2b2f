import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';

/** Where text for a person is written, and what it supports. */
export interface Terminal {
  readonly write: (text: string) => void;
  /** Columns; longer text is wrapped or cut. */
  readonly width: number;
  /** Whether a line can be overwritten. */
  readonly live: boolean;
  readonly colors: ReturnType<typeof pc.createColors>;
}

/**
 * A terminal on a stream. Only a TTY gets colours and overwritten lines. NO_COLOR switches colours off;
 * FORCE_COLOR switches them on for any stream.
 */
export function terminalOn(
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number },
  environment: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isTerminal = stream.isTTY === true;
  const forced = (environment['FORCE_COLOR'] ?? '0') !== '0';
  const refused = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return {
    write: (text) => stream.write(text),
    // Read each time, because a window can be resized.
    get width() {
      return isTerminal ? Math.max(40, stream.columns ?? 80) : 100;
    },
    live: isTerminal && environment['TERM'] !== 'dumb',
    colors: pc.createColors(forced || (isTerminal && !refused)),
  };
}

/**
 * Removes control sequences from text of other origin, such as a server's message, so that it cannot control
 * the terminal.
 */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    '\ufffd',
  );
}
