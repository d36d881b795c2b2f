import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../errors.js';
import { Passwords } from './passwords.js';

const text = fc.string({ unit: 'binary' });

describe('Passwords', () => {
  it('makes whoever knows user name and password an admin, under exactly that name', () => {
    fc.assert(
      fc.property(text, text, (username, password) => {
        expect(new Passwords(username, password).verify(username, password)).toEqual({
          username,
          role: 'admin',
          authMethod: 'Basic',
        });
      }),
    );
  });

  it('refuses every other pair as unauthenticated, without repeating the password', () => {
    fc.assert(
      fc.property(text, text, text, text, (username, password, otherName, otherPassword) => {
        fc.pre(username !== otherName || password !== otherPassword);
        const passwords = new Passwords(username, password);
        expect(() => passwords.verify(otherName, otherPassword)).toThrow(
          new Failure('unauthenticated', 'Invalid user name or password'),
        );
      }),
    );
  });

  it.each([
    ['admin', 'secret '],
    ['admin', 'Secret'],
    ['Admin', 'secret'],
    ['admin', ''],
    ['', 'secret'],
    ['adminsecret', ''],
  ])('refuses %j with %j where admin with secret is right', (username, password) => {
    const passwords = new Passwords('admin', 'secret');
    expect(() => passwords.verify(username, password)).toThrow(Failure);
  });
});
