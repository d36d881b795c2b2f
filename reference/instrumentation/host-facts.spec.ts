import { readFile } from 'node:fs/promises';
import { lookup } from 'node:dns/promises';
import * as os from 'node:os';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { hostFacts, serverIp } from './host-facts.js';

// What a machine says of itself differs from one to the next, so these are made up.
vi.mock('node:os', { spy: true });
vi.mock('node:fs/promises', { spy: true });
vi.mock('node:dns/promises', { spy: true });

function processors(...models: string[]): os.CpuInfo[] {
  const times = { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 };
  return models.map((model) => ({ model, speed: 1, times }));
}

function address(
  text: string,
  family: 'IPv4' | 'IPv6',
  internal: boolean,
): os.NetworkInterfaceInfo {
  const shared = { address: text, internal, netmask: '', mac: '', cidr: null };
  return family === 'IPv4' ? { ...shared, family } : { ...shared, family, scopeid: 0 };
}

beforeEach(() => {
  vi.resetAllMocks();
  vi.mocked(os.platform).mockReturnValue('linux');
  vi.mocked(os.release).mockReturnValue('6.1.0-18');
  vi.mocked(os.hostname).mockReturnValue('db-3');
  vi.mocked(os.machine).mockReturnValue('x86_64');
  vi.mocked(os.arch).mockReturnValue('x64');
  vi.mocked(os.totalmem).mockReturnValue(2 ** 34);
  vi.mocked(os.cpus).mockReturnValue(processors(' Xeon ', 'Xeon'));
  vi.mocked(readFile).mockResolvedValue('');
});

describe('hostFacts', () => {
  it('says what the operating system says', async () => {
    vi.mocked(readFile).mockResolvedValue(
      'PRETTY_NAME="Debian 12"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n',
    );
    expect(await hostFacts()).toEqual({
      hostname: 'db-3',
      osPlatform: 'linux',
      osName: 'Debian GNU/Linux',
      osVersion: '12',
      cpuArch: 'x86_64',
      cpuModel: 'Xeon',
      cpuCount: 2,
      memoryTotalBytes: 2 ** 34,
    });
    expect(readFile).toHaveBeenCalledWith('/etc/os-release', 'utf8');
  });

  it.each([
    ['no quotes', 'NAME=Alpine\nVERSION_ID=3.19', 'Alpine', '3.19'],
    ['single quotes', "NAME='Arch  '\nVERSION_ID='1'", 'Arch', '1'],
    ['no version', 'NAME=Arch', 'Arch', '6.1.0-18'],
    ['nothing in it', '', 'Linux', '6.1.0-18'],
  ])('reads what a distribution says of itself with %s', async (_, text, osName, osVersion) => {
    vi.mocked(readFile).mockResolvedValue(text);
    expect(await hostFacts()).toMatchObject({ osName, osVersion });
  });

  it('does without the file of the distribution', async () => {
    vi.mocked(readFile).mockRejectedValue(new Error('no such file'));
    expect(await hostFacts()).toMatchObject({ osName: 'Linux', osVersion: '6.1.0-18' });
  });

  it.each([
    ['darwin', 'macOS'],
    ['win32', 'Windows'],
    ['freebsd', 'freebsd'],
  ] as const)('names %s', async (platform, osName) => {
    vi.mocked(os.platform).mockReturnValue(platform);
    expect(await hostFacts()).toMatchObject({
      osPlatform: platform,
      osName,
      osVersion: '6.1.0-18',
    });
    expect(readFile).not.toHaveBeenCalled();
  });

  it('does without what a machine does not say', async () => {
    vi.mocked(os.machine).mockReturnValue('');
    vi.mocked(os.cpus).mockReturnValue([]);
    expect(await hostFacts()).toMatchObject({ cpuArch: 'x64', cpuModel: 'unknown', cpuCount: 1 });
    vi.mocked(os.cpus).mockReturnValue(processors(' '));
    expect(await hostFacts()).toMatchObject({ cpuModel: 'unknown' });
  });
});

describe('serverIp', () => {
  beforeEach(() => {
    vi.mocked(os.networkInterfaces).mockReturnValue({
      lo: [address('127.0.0.1', 'IPv4', true)],
      gone: undefined,
      eth0: [address('fe80::1', 'IPv6', false), address('10.1.2.3', 'IPv4', false)],
    });
  });

  it.each(['0.0.0.0', '::'])('is one that others can reach, for %s', async (bound) => {
    expect(await serverIp(bound)).toBe('10.1.2.3');
    expect(lookup).not.toHaveBeenCalled();
  });

  it('is the loopback where there is no other', async () => {
    vi.mocked(os.networkInterfaces).mockReturnValue({ lo: [address('127.0.0.1', 'IPv4', true)] });
    expect(await serverIp('0.0.0.0')).toBe('127.0.0.1');
  });

  it('is the address that a name stands for', async () => {
    vi.mocked(
      lookup as (host: string) => Promise<{ address: string; family: number }>,
    ).mockResolvedValue({ address: '192.168.7.8', family: 4 });
    expect(await serverIp('db-3')).toBe('192.168.7.8');
  });
});
