import { act, type Draft, leftFor, noted, NOTHING, only, together, type Written } from './draft.ts';
import { LATE } from './ncco.ts';
import { attributeOf, placeOf, promptDraft, secondsOf, type Verb } from './twiml_verb.ts';
import type { Element } from './xml.ts';

/** Prompts, then keys; with an action the document is left for it once keys have come. */
export function gatherDraft({ element, id }: Verb, next: string): Draft {
  const place = placeOf(element);
  const receive = `${id}-keys`;
  const length = secondsOf(element, 'numDigits', 0);
  const option = {
    length: length === 0 ? 100 : Math.min(length, 100),
    key: attributeOf(element, 'finishOnKey', '#'),
    duration: secondsOf(element, 'timeout', 5) * 1_000,
  };
  const input = attributeOf(element, 'input', 'dtmf');
  return together([
    ...element.children.map((child, index) => nested(child, { id: `${id}-${index}`, receive })),
    only(act('digits_receive', option, receive)),
    length === 1 ? NOTHING : noted('differs', place, LATE),
    input.includes('speech')
      ? noted('no_equal', place, 'what is spoken is not understood')
      : NOTHING,
    actionDraft(element, next),
  ]);
}

/** A prompt that keys skip; once a key was pressed, those that follow are skipped with it. */
function nested(
  child: Element,
  { id, receive }: { readonly id: string; readonly receive: string },
): Draft {
  const place = placeOf(child);
  if (child.name === 'Pause')
    return together([
      only(
        act('sleep', { duration: secondsOf(child, 'length', 1) * 1_000 }),
        unlessPressed(receive),
      ),
      noted('differs', place, 'keys do not cut the pause short'),
    ]);
  if (child.name !== 'Say' && child.name !== 'Play')
    return noted('no_equal', place, `<${child.name}> has no equal within <Gather>`);
  return together([promptDraft({ element: child, id }, true), only(unlessPressed(receive))]);
}

function unlessPressed(receive: string): Written {
  return act('condition_variable', {
    condition: '==',
    variable: 'voipbin.call.digits_unread',
    value_type: 'length',
    value_length: 0,
    false_target_id: receive,
  });
}

function actionDraft(element: Element, next: string): Draft {
  const place = placeOf(element);
  const url = attributeOf(element, 'action', '');
  const message = 'it names no action, and a flow has no address of its own: branch on the keys';
  if (url === '') return noted('differs', place, message);
  const left = leftFor(url, attributeOf(element, 'method', 'POST'), place);
  if (attributeOf(element, 'actionOnEmptyResult', 'false') === 'true') return left;
  const asked = act('condition_variable', {
    condition: '>',
    variable: 'voipbin.call.digits',
    value_type: 'length',
    value_length: 0,
    false_target_id: next,
  });
  return left.actions.length === 0 ? left : together([only(asked), left]);
}
