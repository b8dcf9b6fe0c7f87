import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endingOfSip } from '../calls/causes.ts';
import type { Tried } from './outcome.ts';
import { outcomesOf } from './outcome.ts';

/** "503", "408r" (it rang), "487c" (we cancelled), "487t" (our dial timer), one word a try. */
function told(words: string): string {
  const tries = words.split(' ').map((word): Tried => {
    const rang = word.includes('r');
    const asked = word.includes('c') ? 'cancel' : word.includes('t') ? 'dialout' : null;
    return { ending: endingOfSip(Number.parseInt(word, 10), { rang, asked }), rang };
  });
  return outcomesOf(tries).join(' ');
}

describe('what tries say of their carriers', () => {
  const STORIES = `
    503           | bad
    486           | good
    480           | good
    603           | good
    404           | none
    302           | none
    503 404 486   | bad bad good
    404 503       | none bad
    484 200       | bad good
    404 410       | none none
    486 404       | good none
    408           | bad
    408r          | good
    487c          | none
    487cr         | good
    487t          | bad
    487tr         | good
    404 487c      | none none
    404 487cr     | bad good
    487           | bad`;
  for (const line of STORIES.trim().split('\n')) {
    const [words = '', outcome] = line.split('|').map((cell) => cell.trim());
    it(`${words}: ${outcome}`, () => {
      assert.equal(told(words), outcome);
    });
  }
});
