import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';

/** Where text for a person goes, and what it can show. */
export interface Terminal {
  readonly write: (text: string) => void;
  /** Columns; text is wrapped or cut to them. */
  readonly width: number;
  /** Whether a line can be overwritten. */
  readonly live: boolean;
  readonly colors: ReturnType<typeof pc.createColors>;
}

/**
 * A terminal on a stream. Colours and overwriting only where a person watches: not in a pipe or file,
 * and no colours under NO_COLOR (FORCE_COLOR wants them anyway).
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
    // Asked each time: a window can change its size.
    get width() {
      return isTerminal ? Math.max(40, stream.columns ?? 80) : 100;
    },
    live: isTerminal && environment['TERM'] !== 'dumb',
    colors: pc.createColors(forced || (isTerminal && !refused)),
  };
}

/** Text that came from elsewhere, such as a server, without what could drive the terminal. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    '\ufffd',
  );
}
