import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, hostname, networkInterfaces, platform, release, version } from 'node:os';

/** A fact about the suite's machine: its known spellings, and whether a text states it. */
export interface MachineFact {
  readonly known: readonly string[];
  readonly says: (text: string) => boolean;
}

/**
 * The facts that a server on this machine may record, by their names in scenarios. The specification does not
 * say how each is determined, so all common ways are accepted.
 */
export const machineFacts = {
  'a name': (): MachineFact => {
    const addresses = ownAddresses();
    const known = [hostname(), 'localhost', ...namesInHosts(addresses), ...addresses];
    return { known, says: (text) => known.some((name) => sameHost(name, text)) };
  },
  'an address': (): MachineFact => {
    const known = ownAddresses();
    return { known, says: (text) => isLoopback(text) || known.includes(plainAddress(text)) };
  },
  'a processor': (): MachineFact => {
    const known = [...new Set(cpus().map(({ model }) => plain(model)))].filter(
      (model) => model !== '' && model !== 'unknown',
    );
    return {
      known,
      says: (text) => known.length === 0 || known.some((one) => one === plain(text)),
    };
  },
  'a system version': (): MachineFact => {
    const known = systemVersions();
    return { known, says: (text) => known.some((one) => agree(plain(one), plain(text))) };
  },
} as const;

/** The addresses of all interfaces, without IPv6 zones. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address }) => plainAddress(address)),
  );
}

function plainAddress(address: string): string {
  return address.replace(/%.*$/, '').toLowerCase();
}

function isLoopback(address: string): boolean {
  return /^127(\.\d{1,3}){3}$|^::1$/.test(address);
}

/** The names of these addresses in /etc/hosts. */
function namesInHosts(addresses: readonly string[]): string[] {
  return fileOrNothing('/etc/hosts')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .flatMap(([address = '', ...names]) =>
      addresses.includes(address) || isLoopback(address) ? names : [],
    );
}

/** Whether two names are of one host: a name equals itself with a domain; an address equals only itself. */
function sameHost(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  const isName = !/[:]|^[\d.]+$/.test(a);
  return a === b || (isName && (a.startsWith(`${b}.`) || b.startsWith(`${a}.`)));
}

/** The distribution's and the kernel's version, in their usual spellings. */
function systemVersions(): string[] {
  const fields = fileOrNothing('/etc/os-release').matchAll(
    /^(?:VERSION|VERSION_ID|PRETTY_NAME|BUILD_ID)=(["']?)(.*)\1$/gm,
  );
  return [
    ...[...fields].map(([, , value = '']) => value),
    fileOrNothing('/etc/debian_version'),
    ...(platform() === 'darwin' ? [macVersion()] : []),
    release(),
    version(),
  ].filter((known) => known.trim() !== '');
}

function macVersion(): string {
  try {
    return execFileSync('sw_vers', ['-productVersion'], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/**
 * Whether one text contains the words of the other: '12' is in '12.5' and in 'Debian 12', but not in '6.12'.
 */
function agree(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  const place = /\d/.test(short) ? ` ${long} `.indexOf(` ${short}`) : -1;
  return (
    one === other || (place !== -1 && !/\d/.test(` ${long} `.charAt(place + short.length + 1)))
  );
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase();
}

function fileOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
