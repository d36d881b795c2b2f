import { describe, expect, it } from 'vitest';
import { redactAll, redactor } from './redact.js';

describe('redactor', () => {
  it.each([
    ['as it is', 'x s3cret-word y', 'x [redacted] y'],
    ['twice', 's3cret-word,s3cret-word', '[redacted],[redacted]'],
    ['within a word', 'as3cret-wordb', 'a[redacted]b'],
  ])('takes a secret out %s', (_, text, redacted) => {
    expect(redactor(['s3cret-word'])(text)).toBe(redacted);
  });

  it('takes it out of JSON, base64 and addresses, too', () => {
    const secret = 'pass"w/ö rd\\';
    const redact = redactor([secret]);
    for (const form of [
      JSON.stringify({ secret }),
      Buffer.from(secret).toString('base64'),
      `grpc://host/?p=${encodeURIComponent(secret)}`,
    ]) {
      expect(redact(form)).toMatch(/\[redacted\]/);
      expect(redact(form)).not.toMatch(/w\/ö|cGFzcy|%22w/);
    }
  });

  it('replaces a short secret only as a whole word', () => {
    expect(redactor(['root'])('root: rooted [root] reroot')).toBe(
      '[redacted]: rooted [[redacted]] reroot',
    );
  });

  it('replaces the longer of two overlapping secrets', () => {
    expect(redactor(['longsecret', 'longsecret-more'])('longsecret-more')).toBe('[redacted]');
  });

  it.each([
    ['a token', 'a eyJhbGciOiJ.eyJzdWIiOiJ.c2ln-_x b', 'a [redacted] b'],
    [
      'a key as JSON',
      '{"k":"-----BEGIN RSA PRIVATE KEY-----\\nab+/=\\n-----END RSA PRIVATE KEY-----\\n"}',
      '{"k":"[redacted]\\n"}',
    ],
    ['half a key', '"-----BEGIN PRIVATE KEY-----\\nab","c":1', '"[redacted]","c":1'],
    ['a login in an address', 'see https://me:pw@host/x', 'see https://[redacted]@host/x'],
  ])('recognizes %s by its form', (_, text, redacted) => {
    expect(redactor([])(text)).toBe(redacted);
  });

  it('keeps text that is not secret', () => {
    const text = 'grpc://host:31337 a@b.c https://host/a:b -----BEGIN CERTIFICATE-----';
    expect(redactor(['', 'other'])(text)).toBe(text);
  });
});

describe('redactAll', () => {
  it('redacts every nested string, and changes neither the original nor other values', () => {
    const original = { a: ['s3cret-word', 1, null, { b: 's3cret-word!' }], 's3cret-word': true };
    expect(redactAll(original, redactor(['s3cret-word']))).toEqual({
      a: ['[redacted]', 1, null, { b: '[redacted]!' }],
      's3cret-word': true,
    });
    expect(original.a[0]).toBe('s3cret-word');
  });
});
