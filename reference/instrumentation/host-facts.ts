import { readFile } from 'node:fs/promises';
import { lookup } from 'node:dns/promises';
import {
  arch,
  cpus,
  hostname,
  machine,
  networkInterfaces,
  platform,
  release,
  totalmem,
} from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The columns of an instance's row that describe the machine. */
export interface HostFacts {
  readonly hostname: string;
  readonly osPlatform: string;
  readonly osName: string;
  readonly osVersion: string;
  readonly cpuArch: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly memoryTotalBytes: number;
}

/** Reads the facts from the operating system. */
export async function hostFacts(): Promise<HostFacts> {
  const processors = cpus();
  const { name, version } = await operatingSystem();
  return {
    hostname: hostname(),
    osPlatform: platform(),
    osName: name,
    osVersion: version,
    cpuArch: machine() || arch(),
    cpuModel: processors[0]?.model.trim() || 'unknown',
    cpuCount: Math.max(1, processors.length),
    memoryTotalBytes: totalmem(),
  };
}

/**
 * An address at which this host serves `bound`, the host name or address of the listening socket. For a
 * wildcard it is the first address that others can reach, or else the loopback address.
 */
export async function serverIp(bound: string): Promise<string> {
  if (bound === '0.0.0.0' || bound === '::') {
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const outward = addresses.find(({ internal, family }) => !internal && family === 'IPv4');
    return outward?.address ?? '127.0.0.1';
  }
  return (await lookup(bound)).address;
}

/** The version of the Arrow library that writes the results. */
export async function arrowVersion(): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve('apache-arrow'));
  const text = await readFile(join(dirname(entry), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function operatingSystem(): Promise<{ name: string; version: string }> {
  switch (platform()) {
    case 'linux':
      return linuxDistribution();
    case 'darwin':
      return { name: 'macOS', version: release() };
    case 'win32':
      return { name: 'Windows', version: release() };
    default:
      return { name: platform(), version: release() };
  }
}

/** Name and version from /etc/os-release, which has `KEY="value"` lines. */
async function linuxDistribution(): Promise<{ name: string; version: string }> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (key: string) =>
    new RegExp(`^${key}=(["']?)(.*)\\1$`, 'm').exec(text)?.[2]?.trim() ?? '';
  return { name: field('NAME') || 'Linux', version: field('VERSION_ID') || release() };
}
