import { expect, it } from 'vitest';
import { OpenCursors } from './open-cursors.js';

it('lets go of the cursors of an execution at the next one, and when closed', () => {
  const closed: string[] = [];
  const cursor = (name: string) => ({ closeCursor: () => closed.push(name) });
  const cursors = new OpenCursors();
  cursors.open([cursor('a'), cursor('b')]);
  expect(closed).toEqual([]);
  cursors.open([cursor('c')]);
  expect(closed).toEqual(['a', 'b']);
  cursors.close();
  cursors.close();
  expect(closed).toEqual(['a', 'b', 'c']);
});
