import { membersOf } from '../normalize.ts';
import { act, type Draft, noted, NOTHING, only, repeated, tel, together } from './draft.ts';

type Raw = Readonly<Record<string, unknown>>;
interface Verb {
  readonly raw: Raw;
  readonly place: string;
  readonly id: string;
}

/** Converts a Nexmo Call Control Object (Vonage's NCCO reference). The call is answered by it. */
export function nccoDraft(ncco: readonly unknown[]): Draft {
  const verbs = ncco.map((raw, index): Verb => {
    return { raw: membersOf(raw), place: `/ncco/${index}`, id: `a${index}` };
  });
  return together([only(act('answer')), ...verbs.map(verbDraft)]);
}

function verbDraft(verb: Verb): Draft {
  const { raw, place } = verb;
  const name = textOf(raw['action']);
  const convert = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (convert === undefined)
    return noted('no_equal', place, `${name === '' ? 'it' : name} has no equal`);
  const known = MEMBERS[name] ?? [];
  const strangers = Object.keys(raw).filter((each) => each !== 'action' && !known.includes(each));
  const left = strangers.map((each) => noted('no_equal', `${place}/${each}`, 'is left out'));
  return together([convert(verb), ...left]);
}

/** The members that are taken over; others are noted. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  talk: ['text', 'language', 'bargeIn', 'loop'],
  stream: ['streamUrl', 'bargeIn', 'loop'],
  input: ['type', 'dtmf', 'eventUrl', 'eventMethod', 'speech'],
  connect: ['endpoint', 'from'],
  record: ['format', 'endOnSilence', 'endOnKey', 'timeOut', 'beepStart'],
  notify: ['payload', 'eventUrl', 'eventMethod'],
  wait: ['timeout'],
};

const VERBS: Readonly<Record<string, (verb: Verb) => Draft>> = {
  talk: ({ raw, id }) => {
    const language = textOf(raw['language']) || 'en-US';
    const action = act('talk', { text: textOf(raw['text']), language, ...bargeIn(raw) });
    return only(...repeated(action, numberOf(raw['loop'], 1), id));
  },
  stream: ({ raw, id }) => {
    const action = act('play', { stream_urls: textsOf(raw['streamUrl']), ...bargeIn(raw) });
    return only(...repeated(action, numberOf(raw['loop'], 1), id));
  },
  input: inputDraft,
  connect: connectDraft,
  record: ({ raw }) =>
    only(
      act('recording_start', {
        format: textOf(raw['format']) || (raw['split'] === undefined ? 'mp3' : 'wav'),
        end_of_silence: numberOf(raw['endOnSilence'], 0),
        end_of_key: textOf(raw['endOnKey']) || 'none',
        duration: numberOf(raw['timeOut'], 0),
        beep_start: raw['beepStart'] === true,
      }),
    ),
  notify: ({ raw, place }) => {
    const [uri = ''] = textsOf(raw['eventUrl']);
    const method = textOf(raw['eventMethod']) || 'POST';
    const data = raw['payload'] === undefined ? '' : JSON.stringify(raw['payload']);
    return together([
      only(act('webhook_send', { uri, method, data, sync: false })),
      noted('differs', place, 'what the server answers does not replace the flow'),
    ]);
  },
  wait: ({ raw }) =>
    only(act('sleep', { duration: Math.round(numberOf(raw['timeout'], 10) * 1_000) })),
};

function bargeIn(raw: Raw): object {
  return raw['bargeIn'] === true ? { digits_handle: 'next' } : {};
}

function inputDraft({ raw, place }: Verb): Draft {
  const dtmf = membersOf(raw['dtmf']);
  const length = numberOf(dtmf['maxDigits'], 4);
  const option = {
    length,
    duration: numberOf(dtmf['timeOut'], 3) * 1_000,
    key: dtmf['submitOnHash'] === true ? '#' : '',
  };
  const [url] = textsOf(raw['eventUrl']);
  const spoken = textsOf(raw['type']).includes('speech') || raw['speech'] !== undefined;
  return together([
    only(act('digits_receive', option)),
    length === 1 ? NOTHING : noted('differs', `${place}/dtmf`, LATE),
    spoken ? noted('no_equal', place, 'what is spoken is not understood') : NOTHING,
    url === undefined
      ? noted('differs', place, 'the keys are in voipbin.call.digits: branch on them')
      : together([
          only(act('fetch', { event_url: url, event_method: methodOf(raw) })),
          noted('differs', `${place}/eventUrl`, 'the server has to answer with Tandem actions'),
        ]),
  ]);
}

/** What both languages mean by the time for keys. */
export const LATE = 'the time is for all keys together, not from one to the next: give it more';

function methodOf(raw: Raw): string {
  return textOf(raw['eventMethod']) === 'GET' ? 'GET' : 'POST';
}

function connectDraft({ raw, place }: Verb): Draft {
  const [first] = Array.isArray(raw['endpoint']) ? (raw['endpoint'] as unknown[]) : [];
  const endpoint = membersOf(first);
  const type = textOf(endpoint['type']);
  if (type !== 'phone' && type !== 'sip')
    return noted('no_equal', `${place}/endpoint`, `${type || 'it'} cannot be called`);
  const from = textOf(raw['from']);
  const to =
    type === 'phone' ? tel(textOf(endpoint['number'])) : { type, target: textOf(endpoint['uri']) };
  const source = from === '' ? {} : { source: tel(from) };
  return only(act('connect', { ...source, destinations: [to] }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each): each is string => typeof each === 'string');
}

/** A number, also where it is written as a text, as Vonage's older examples do. */
function numberOf(value: unknown, otherwise: number): number {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : otherwise;
}
