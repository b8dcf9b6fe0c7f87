import { FLOW_URL } from './receivers.ts';

type Roll = (below: number) => number;
type RawAction = {
  readonly id?: string;
  readonly type: string;
  readonly option?: Readonly<Record<string, unknown>>;
};

/** Numbers of the published table: some answer, some ring for ever, some fail, some are refused. */
const NUMBERS = [
  '+15005550006',
  '+12025550100',
  '+12025550123',
  '+4930123456',
  '+447700900123',
  '+14155550150',
  '+14155550152',
  '+14155550153',
  '+14155550154',
  '+15005550404',
  '+15005550480',
  '+15005550486',
  '+15005550500',
  '+15005550503',
  '+15005550603',
  '+15005550183',
  '+15005550002',
];
const REASONS = ['normal', 'failed', 'busy', 'cancel', 'timeout', 'noanswer', 'dialout', 'amd'];

/** One of `items`. */
export function pick<Item>(roll: Roll, items: readonly Item[]): Item {
  return items[roll(items.length)] as Item;
}

/** A number that answers in two of three cases. */
export function numberFor(roll: Roll): string {
  return roll(3) === 0 ? pick(roll, NUMBERS) : pick(roll, NUMBERS.slice(0, 9));
}

function partiesFor(roll: Roll): object[] {
  return Array.from({ length: 1 + roll(2) }, () => ({ type: 'tel', target: numberFor(roll) }));
}

/** The verbs of the language with random options. `depth` is how many lists it may nest yet. */
const VERBS: readonly ((roll: Roll, depth: number) => RawAction)[] = [
  (roll) => ({
    type: 'talk',
    option: {
      text: 'x'.repeat(1 + roll(150)),
      async: roll(5) === 0,
      digits_handle: pick(roll, ['', 'next']),
    },
  }),
  (roll) => ({ type: 'sleep', option: { duration: roll(8_000) } }),
  (roll) => ({
    type: 'digits_receive',
    option: { duration: 1_000 + roll(7_000), length: 1 + roll(4), key: pick(roll, ['', '#']) },
  }),
  () => ({ type: 'play', option: { stream_urls: ['https://media.example/a.wav'] } }),
  () => ({ type: 'beep' }),
  (roll) => ({ type: 'echo', option: { duration: roll(4_000) } }),
  (roll) => ({ type: 'digits_send', option: { digits: '12#'.slice(0, 1 + roll(3)) } }),
  (roll) => ({
    type: 'webhook_send',
    option: { uri: FLOW_URL, sync: roll(2) === 0, data: '{"hello":"${voipbin.call.digits}"}' },
  }),
  () => ({ type: 'fetch', option: { event_url: FLOW_URL } }),
  () => ({ type: 'variable_set', option: { key: 'colour', value: 'blue' } }),
  () => ({ type: 'answer' }),
  (roll) => ({
    type: 'connect',
    option: {
      destinations: partiesFor(roll),
      relay_reason: roll(2) === 0,
      early_media: roll(4) === 0,
    },
  }),
  (roll, depth) => ({
    type: 'call',
    option: {
      destinations: partiesFor(roll),
      actions: actionsFor(roll, depth - 1),
      chained: roll(2) === 0,
      early_execution: roll(4) === 0,
    },
  }),
];

/** A random flow, and always one the language accepts: loops go back a counted number of times. */
export function actionsFor(roll: Roll, depth = 1): RawAction[] {
  const verbs = depth > 0 ? VERBS : VERBS.slice(0, -2);
  const length = 1 + roll(depth > 0 ? 6 : 3);
  const list = Array.from({ length }, (_each, index) => ({
    id: `a${index}`,
    ...pick(roll, verbs)(roll, depth),
  }));
  if (roll(4) === 0) list.push(looping(roll, length));
  if (roll(5) === 0)
    list.push({ id: 'end', type: 'hangup', option: { reason: pick(roll, REASONS) } });
  if (roll(9) === 0) list.push({ id: 'rest', type: 'stop' });
  return list;
}

function looping(roll: Roll, length: number): RawAction & { id: string } {
  const option = { target_id: `a${roll(length)}`, loop_count: 1 + roll(2) };
  return { id: 'again', type: 'goto', option };
}
