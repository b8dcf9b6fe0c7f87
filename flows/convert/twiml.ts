import { act, type Draft, leftFor, noted, NOTHING, only, together } from './draft.ts';
import { dialDraft } from './twiml_dial.ts';
import { gatherDraft } from './twiml_gather.ts';
import { attributeOf, placeOf, promptDraft, secondsOf, type Verb } from './twiml_verb.ts';
import type { Element } from './xml.ts';

/** Converts the verbs of a TwiML Response (Twilio's TwiML for Voice). */
export function twimlDraft(root: Element): Draft {
  const verbs = root.children.map((element, index): Verb => ({ element, id: `a${index}` }));
  const answers = verbs.findIndex(({ element }) => element.name !== 'Pause');
  const [first] = verbs.slice(answers);
  // A leading Pause delays the answer; a leading Reject keeps from it.
  const answered = first !== undefined && first.element.name !== 'Reject';
  const at = answered ? answers : -1;
  const drafts = verbs.flatMap((verb, index) => [
    ...(index === at ? [only(act('answer'))] : []),
    verbDraft(verb, verbs[index + 1]?.id ?? null),
  ]);
  return together([...drafts, only(act('hangup', {}, LAST))]);
}

/** The id of what ends every converted document: falling off its end hangs up. */
const LAST = 'end';

function verbDraft(verb: Verb, next: string | null): Draft {
  const { element, id } = verb;
  const convert = Object.hasOwn(VERBS, element.name) ? VERBS[element.name] : undefined;
  if (convert === undefined)
    return standing(id, noted('no_equal', placeOf(element), `<${element.name}> has no equal`));
  return standing(id, together([convert(verb, next ?? LAST), strangersIn(element)]));
}

/** The draft with its first action under the verb's own name, so that others can lead to it. */
function standing(id: string, { actions, notes }: Draft): Draft {
  const [first, ...rest] = actions;
  // Where nothing came of a verb, its name still stands for the place.
  if (first === undefined) return { actions: [act('sleep', { duration: 0 }, id)], notes };
  return first['id'] === undefined || first['id'] === id
    ? { actions: [{ ...first, id }, ...rest], notes }
    : { actions: [act('sleep', { duration: 0 }, id), ...actions], notes };
}

/** The attributes that are taken over; others are noted. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  Say: ['voice', 'language', 'loop'],
  Play: ['loop', 'digits'],
  Pause: ['length'],
  Gather: [
    'input',
    'numDigits',
    'finishOnKey',
    'timeout',
    'action',
    'method',
    'actionOnEmptyResult',
  ],
  Dial: ['callerId', 'action', 'method'],
  Record: ['timeout', 'finishOnKey', 'maxLength', 'playBeep', 'action', 'method'],
  Redirect: ['method'],
  Reject: ['reason'],
};

function strangersIn({ name, attributes, line }: Element): Draft {
  const known = ATTRIBUTES[name] ?? [];
  const strangers = Object.keys(attributes).filter((each) => !known.includes(each));
  return together(
    strangers.map((each) => noted('no_equal', `line ${line}`, `${each} of <${name}> is left out`)),
  );
}

const VERBS: Readonly<Record<string, (verb: Verb, next: string) => Draft>> = {
  Say: (verb) => promptDraft(verb, false),
  Play: (verb) => promptDraft(verb, false),
  Pause: ({ element }) => only(act('sleep', { duration: secondsOf(element, 'length', 1) * 1_000 })),
  Gather: gatherDraft,
  Dial: dialDraft,
  Record: recordDraft,
  Redirect: ({ element }) =>
    leftFor(element.text.trim(), attributeOf(element, 'method', 'POST'), placeOf(element)),
  Reject: ({ element }) => {
    const reason = attributeOf(element, 'reason', 'rejected') === 'busy' ? 'busy' : 'failed';
    return only(act('hangup', { reason }));
  },
  Hangup: () => only(act('hangup')),
  Echo: ({ element }) =>
    together([
      only(act('echo', { duration: 3_600_000 })),
      noted('differs', placeOf(element), 'it ends after an hour'),
    ]),
};

/** The longest one digits_receive may wait, in ms. */
const WAIT_MS_MAX = 600_000;

function recordDraft({ element }: Verb): Draft {
  const keys = attributeOf(element, 'finishOnKey', '1234567890*#');
  const seconds = secondsOf(element, 'maxLength', 3_600);
  const duration = Math.min(seconds * 1_000, WAIT_MS_MAX);
  const place = placeOf(element);
  const action = attributeOf(element, 'action', '');
  const record = act('recording_start', {
    end_of_silence: secondsOf(element, 'timeout', 5),
    duration: seconds,
    beep_start: attributeOf(element, 'playBeep', 'true') === 'true',
  });
  return together([
    only(
      record,
      act('digits_receive', { length: 100, key: keys, duration }),
      act('recording_stop'),
    ),
    noted(
      'differs',
      place,
      'silence ends the recording, but the flow goes on only at a key or later',
    ),
    seconds * 1_000 > WAIT_MS_MAX
      ? noted('differs', place, 'it records no longer than ten minutes')
      : NOTHING,
    action === '' ? NOTHING : leftFor(action, attributeOf(element, 'method', 'POST'), place),
  ]);
}
