import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '../../kernel/brand.ts';
import { type Line, OPEN_LINE } from '../../calls/media.ts';
import { heardIn, type HeardLeg, heardOn } from './hearing.ts';
import { between, common, type Strip, within } from './strips.ts';
import { BLANK, type Clip, type Mark, stopped, type Tape, withClip, withTake } from './tape.ts';
import { HUMAN, voiceStrips } from './voice.ts';

const at = (ms: number): Instant => ms as Instant;
const DURING = { from: 0, until: 10_000 };

function line(ms: number, change: Partial<Line>): Mark {
  return { at: at(ms), line: { ...OPEN_LINE, ...change } };
}
function room(ms: number, room_id: string | null): Mark {
  return { at: at(ms), room_id };
}
function clip(from: number, until: number, more: Partial<Clip> = {}): Clip {
  return { from: at(from), until: at(until), what: { is: 'beep' }, stops: true, ...more };
}
/** A leg whose party hums from the beginning on, for as long as it is told to. */
function leg(marks: readonly Mark[], tape: Partial<Tape> = {}, ms = 10_000): HeardLeg {
  const voice = { ...HUMAN, ms };
  const far = { party: 'human', voice, since: 0, until: 10_000, marks } as const;
  return { tape: { ...BLANK, ...tape, marks }, far };
}
function spans(strips: readonly Strip[]): string {
  const texts = strips.map(({ from, until, source }) => `${source.is} ${from}-${until}`);
  return texts.toSorted().join(', ');
}

describe('stretches', () => {
  it('are cut, joined and left out', () => {
    const strip: Strip = { since: 5, from: 5, until: 25, source: { is: 'music' } };
    assert.equal(
      spans(
        within(
          [strip],
          [
            { from: 0, until: 10 },
            { from: 20, until: 30 },
          ],
        ),
      ),
      'music 20-25, music 5-10',
    );
    assert.deepEqual(within([strip], [{ from: 25, until: 30 }]), []);
    assert.deepEqual(
      between(
        [
          { from: 4, until: 6 },
          { from: 5, until: 8 },
        ],
        { from: 0, until: 10 },
      ),
      [
        { from: 0, until: 4 },
        { from: 8, until: 10 },
      ],
    );
    assert.deepEqual(common([{ from: 0, until: 5 }], [{ from: 3, until: 9 }]), [
      { from: 3, until: 5 },
    ]);
  });
});

describe('what is heard on a leg', () => {
  it('is what its party says and what it is given', () => {
    const heard = heardOn(leg([], { clips: [clip(1_000, 1_500)] }), [], DURING);
    assert.equal(spans(heard.said), 'tone 0-10000');
    assert.equal(spans(heard.given), 'tone 1000-1500');
  });

  const LINES: readonly (readonly [string, Partial<Line>, string, string])[] = [
    ['hold', { hold: true }, 'tone 0-2000, tone 5000-10000', 'music 2000-5000, tone 1000-4000'],
    ['music', { moh: true }, 'tone 0-10000', 'music 2000-5000, tone 1000-4000'],
    ['silence', { silence: true }, 'tone 0-10000', 'tone 1000-2000'],
    ['mute in', { mute_direction: 'in' }, 'tone 0-2000, tone 5000-10000', 'tone 1000-4000'],
    ['mute out', { mute_direction: 'out' }, 'tone 0-10000', 'tone 1000-2000'],
    ['mute both', { mute_direction: 'both' }, 'tone 0-2000, tone 5000-10000', 'tone 1000-2000'],
  ];
  for (const [name, change, said, given] of LINES)
    it(`is changed by ${name}, from then until it is taken back`, () => {
      const marks = [line(2_000, change), line(5_000, {})];
      const heard = heardOn(leg(marks, { clips: [clip(1_000, 4_000)] }), [], DURING);
      assert.deepEqual([spans(heard.said), spans(heard.given)], [said, given]);
    });

  it('is the party’s keys in place of its words', () => {
    const heard = heardOn(leg([{ at: at(3_000), digit: '5' }]), [], DURING);
    assert.equal(spans(heard.said), 'keys 2900-3000, tone 0-2900, tone 3000-10000');
  });

  it('is others while they are in the same room, and no longer', () => {
    const other = leg([room(2_000, 'a'), room(6_000, 'b')]);
    const own = leg([room(1_000, 'a'), room(8_000, null)]);
    assert.equal(spans(heardOn(own, [other], DURING).given), 'tone 2000-6000');
    const back = leg([room(1_000, 'a'), room(6_500, 'b'), room(7_000, null)]);
    assert.equal(spans(heardOn(back, [other], DURING).given), 'tone 2000-6000, tone 6500-7000');
  });

  it('is not others while it is on hold, nor they while they are', () => {
    const own = leg([room(0, 'a'), line(4_000, { hold: true }), line(5_000, {})]);
    const other = leg([room(0, 'a'), line(7_000, { mute_direction: 'in' })]);
    assert.equal(
      spans(heardOn(own, [other], DURING).given),
      'music 4000-5000, tone 0-4000, tone 5000-7000',
    );
  });

  it('is its own words again when it is echoed', () => {
    const echo = clip(2_000, 4_000, { what: { is: 'echo' } });
    assert.equal(
      spans(heardOn(leg([], { clips: [echo] }, 3_000), [], DURING).given),
      'tone 2000-3200',
    );
  });

  it('is nothing of a party that never answered', () => {
    assert.deepEqual(heardOn({ tape: BLANK, far: null }, [], DURING), { said: [], given: [] });
  });
});

describe('what is heard in a room', () => {
  it('is everybody while they are in it', () => {
    const legs = [leg([room(1_000, 'a'), room(3_000, null)]), leg([room(2_000, 'a')]), leg([])];
    assert.equal(spans(heardIn('a', legs, DURING)), 'tone 1000-3000, tone 2000-10000');
    assert.equal(
      spans(heardIn('a', legs, { from: 2_500, until: 2_600 })),
      'tone 2500-2600, tone 2500-2600',
    );
  });
});

describe('a far end', () => {
  it('sounds like who it is', () => {
    const far = { voice: HUMAN, since: 1_000, until: 9_000, marks: [] };
    const soundOf = (party: 'human' | 'voicemail' | 'fax' | 'silence') =>
      spans(voiceStrips({ ...far, party }));
    assert.equal(soundOf('human'), 'tone 1000-4000');
    assert.equal(soundOf('voicemail'), 'tone 1000-4000, tone 4200-4700');
    assert.equal(soundOf('fax'), 'tone 1000-4000, tone 4000-9000');
    assert.equal(soundOf('silence'), '');
  });
});

describe('a tape', () => {
  it('keeps what a recording or a take may still need, and no more', () => {
    const clips = [clip(0, 1_000), clip(1_000, 2_000)];
    const tape = { ...BLANK, clips };
    assert.equal(withClip(tape, clip(3_000, 4_000), null).clips.length, 1);
    assert.equal(withClip(tape, clip(3_000, 4_000), at(1_500)).clips.length, 2);
    const take = { recording_id: 'r' as never, since: at(500), until: at(900) };
    const taken = withTake(tape, take);
    assert.equal(withClip(taken, clip(3_000, 4_000), null).clips.length, 3);
    assert.equal(withTake(taken, { ...take, until: at(5_000) }), taken);
  });

  it('is cut off by an order to stop, but for keys', () => {
    const tape = {
      ...BLANK,
      clips: [
        clip(0, 900),
        clip(500, 2_000),
        clip(500, 2_000, { stops: false }),
        clip(2_000, 3_000),
      ],
    };
    const left = stopped(tape, at(1_000)).clips.map(({ from, until }) => `${from}-${until}`);
    assert.deepEqual(left, ['0-900', '500-1000', '500-2000']);
  });
});
