import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RoomId } from '../kernel/brand.ts';
import type { Call } from './call.ts';
import type { Effect } from './effects.ts';
import { publicMedia } from './public.ts';
import { eventIn, freshCall, standing } from './stories.ts';
import { transition } from './transition.ts';

/** One line per story: what happens after the answer, what it orders, and how the call stands. */
const STORIES = `
  on hold                       | line hold                         | updated line(hold)                    | progressing x1 hold
  and off again                 | line hold, line -hold             | updated line(hold); updated line()    | progressing x1
  twice is once                 | line hold, line hold              | updated line(hold);                   | progressing x1 hold
  one beside the other          | line hold, line mute=in           | updated line(hold); updated line(hold mute=in) | progressing x1 hold mute=in
  the carrier will not have it  | line mute=in, refused             | updated line(mute=in); updated        | progressing x1
  nor the second of two         | line hold, line mute=in, refused  | updated line(hold); updated line(hold mute=in); updated | progressing x1 hold
  said once, refused twice      | line hold, refused, refused       | updated line(hold); updated;          | progressing x1
  other media that fails        | line hold, broken                 | updated line(hold);                   | progressing x1 hold
  something is played           | order beep                        | beep                                  | progressing x1
  at once                       | order beep!                       | stop beep                             | progressing x1
  a person                      | order detect, party human         | detect; updated                       | progressing x1 human
  a machine is hung up on       | order detect, party machine       | detect; updated hangup                | terminating amd x1 machine
  so is a fax                   | order detect, party fax           | detect; updated hangup                | terminating amd x1 fax
  a machine may stay            | order look, party machine         | detect; updated                       | progressing x1 machine
  nobody asked                  | party machine                     | updated                               | progressing x1 machine
  the first word counts         | party human, order detect, party machine | updated; detect;               | progressing x1 human
  recorded                      | order record, recording           | updated record_start;                 | progressing x1 recording
  and no more                   | order record, order cut, recorded | updated record_start; record_stop; updated | progressing x1
  by one recorder at a time     | order record, order record        | updated record_start;                 | progressing x1 recording
  nothing to stop               | order cut                         |                                       | progressing x1
  recorded to the end           | order record, ended normal        | updated record_start; updated hangup usage | hangup remote normal x1
  told of after the end         | order record, ended normal, recorded | updated record_start; updated hangup usage; | hangup remote normal x1
  streamed                      | order stream                      | updated stream_start                  | progressing x1 stream
  to one host at a time         | order stream, order stream        | updated stream_start;                 | progressing x1 stream
  and no more                   | order stream, order hush          | updated stream_start; updated stream_stop | progressing x1
  gone by itself                | order stream, streamed            | updated stream_start; updated         | progressing x1
  nothing is done to an end     | ended normal, line hold, order beep | updated hangup usage; ;             | hangup remote normal x1
  nor to what is being ended    | asked, line hold, order beep      | updated hangup; ;                     | terminating normal x1
`;

describe('media', () => {
  for (const line of STORIES.trim().split('\n')) {
    const [name = '', told = '', orders = '', expected = ''] = line
      .split('|')
      .map((cell) => cell.trim());
    it(name, () => {
      let call = transition(freshCall(''), eventIn('answered', freshCall(''), 2_000)).state;
      const given = told.split(', ').map((words, place) => {
        const step = transition(call, eventIn(words, call, 3_000 + place * 1_000));
        call = step.state;
        return step.effects.map(wordOf).join(' ');
      });
      assert.equal(given.join('; ').trim(), orders.replace(/;(?=;|$)/g, '; ').trim());
      assert.equal(soundOf(call), expected);
    });
  }

  it('is not ordered before the answer', () => {
    for (const words of ['line hold', 'order beep', 'order record'])
      assert.deepEqual(transition(freshCall(''), eventIn(words, freshCall(''), 2_000)).effects, []);
  });

  it('lets a room hear a leg ring, where that was asked for', () => {
    const joins = (traits: string): number => {
      const call = { ...freshCall(traits), room_id: 'room' as RoomId };
      const rung = transition(call, eventIn('ringing', call, 2_000));
      const again = transition(rung.state, eventIn('ringing', rung.state, 3_000));
      const answered = transition(again.state, eventIn('answered', again.state, 4_000));
      return [...rung.effects, ...again.effects, ...answered.effects].filter(
        (effect) => effect.do === 'leg_instruct' && effect.instruction.do === 'join',
      ).length;
    };
    assert.deepEqual([joins('early'), joins('')], [2, 1]);
  });

  it('knows early who answers', () => {
    const early = transition(freshCall(''), eventIn('party machine', freshCall(''), 2_000)).state;
    assert.equal(publicMedia(early.media)['answered_by'], 'machine');
  });
});

function wordOf(effect: Effect): string {
  if (effect.do !== 'leg_instruct')
    return effect.do === 'notice_tell'
      ? effect.notice.replace('call_', '')
      : effect.do.slice(effect.do.startsWith('leg_') ? 4 : 0).replace('_record', '');
  const { instruction } = effect;
  return instruction.do === 'line' ? `line(${lineIn(instruction.line)})` : instruction.do;
}

function lineIn(line: Call['media']['line']): string {
  const flags = (['hold', 'moh', 'silence'] as const).filter((name) => line[name]);
  const mute = line.mute_direction === '' ? [] : [`mute=${line.mute_direction}`];
  return [...flags, ...mute].join(' ');
}

/** How a call stands, and what is done to its sound. */
function soundOf(call: Call): string {
  const { line, party, recording_id, stream_id } = call.media;
  return [
    standing(call),
    lineIn(line),
    party,
    recording_id === null ? '' : 'recording',
    stream_id === null ? '' : 'stream',
  ]
    .filter((word) => word !== null && word !== '')
    .join(' ');
}
