import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UsageError, wordsOf } from './arguments.ts';

describe('wordsOf', () => {
  it('gives the words apart from known flags', () => {
    assert.deepEqual(wordsOf(['--test', 'server'], { flags: ['--test'], words: 1 }), ['server']);
  });

  for (const args of [['--tset'], ['-h'], ['one', 'two']])
    it(`refuses ${args.join(' ')}`, () => {
      assert.throws(() => wordsOf(args, { flags: ['--test'], words: 1 }), UsageError);
    });
});
