import { expect, it } from 'vitest';
import { CommandTarget } from '../targets/command.js';
import { useReference } from '../targets/reference-fixture.js';
import type { ServerAddress } from '../targets/target.js';
import { identifyServer } from './identify-server.js';

const reference = useReference();

it('tells release, edition and engine, that instrumentation is on, and that the basics are there', async () => {
  const { identity, lacks, refusedBasics } = await identifyServer(reference.server.address);
  expect(identity).toMatchObject({
    gizmosqlVersion: expect.stringMatching(/^v\d/) as string,
    duckdbVersion: expect.stringMatching(/^v\d/) as string,
    instrumentation: { state: 'on' },
  });
  expect(identity).not.toHaveProperty('channel');
  expect([lacks, refusedBasics]).toEqual([{}, []]);
});

it('tells which of the basics are refused, each in the words of the server', async () => {
  const { readonly } = reference.server.address.credentials;
  const address: ServerAddress = {
    ...reference.server.address,
    credentials: readonly === undefined ? {} : { admin: readonly },
  };
  const { refusedBasics } = await identifyServer(address);
  expect(refusedBasics).toEqual([
    expect.stringMatching(/^the server refuses CREATE TEMP TABLE .*: .*readonly/),
    expect.stringMatching(/^the server refuses INSERT INTO .*: /),
  ]);
});

it('tells that instrumentation is switched off, and why it thinks so', async () => {
  const off = await reference.target.start({ instrumentation: false });
  try {
    const endpoint = { ...off.address, schema: 'conformance' };
    const { identity, lacks } = await identifyServer(endpoint);
    expect(identity.instrumentation).toMatchObject({
      state: 'off',
      reason: expect.stringContaining('switched off') as string,
    });
    expect(lacks.instrumentation?.status).toBe('untestable');
  } finally {
    await off.dispose();
  }
}, 60_000);

it('tells what a Core build of another channel does not offer', async () => {
  const core = new CommandTarget({
    kind: 'command',
    command: process.execPath,
    arguments: ['./fixtures/nonconforming/serve.js', 'like-core-1.35-lts'],
    environment: {},
  });
  const like = await core.open();
  try {
    const { identity, lacks } = await identifyServer(like.address);
    expect(identity).toMatchObject({
      gizmosqlVersion: 'v1.35.1-LTS',
      channel: 'LTS',
      edition: 'Core',
      instrumentation: { state: 'not offered' },
    });
    expect(Object.values(lacks).map(({ status }) => status)).toEqual([
      'not-offered',
      'not-offered',
    ]);
  } finally {
    await like.dispose();
    core.dispose();
  }
}, 60_000);
