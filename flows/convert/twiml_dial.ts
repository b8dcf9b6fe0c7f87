import { act, type Draft, leftFor, noted, NOTHING, only, tel, together } from './draft.ts';
import { attributeOf, placeOf, type Verb } from './twiml_verb.ts';
import type { Element } from './xml.ts';

/** Calls the parties it names, and goes on when they have hung up; or is left for its action. */
export function dialDraft({ element }: Verb): Draft {
  const place = placeOf(element);
  const own = element.text.trim();
  const named = element.children.map(partyOf);
  const destinations = [...(own === '' ? [] : [tel(own)]), ...named.flatMap((each) => each ?? [])];
  const strange = element.children.filter((child) => partyOf(child) === null);
  const from = attributeOf(element, 'callerId', '');
  const source = from === '' ? {} : { source: tel(from) };
  const url = attributeOf(element, 'action', '');
  return together([
    destinations.length === 0 ? NOTHING : only(act('connect', { ...source, destinations })),
    destinations.length > 1
      ? noted('differs', place, 'whoever answers takes part: who answers later joins')
      : NOTHING,
    ...strange.map((child) =>
      noted('no_equal', placeOf(child), `<${child.name}> cannot be called from a flow like this`),
    ),
    ...element.children.flatMap((child) =>
      Object.keys(child.attributes).map((name) =>
        noted('no_equal', placeOf(child), `${name} of <${child.name}> is left out`),
      ),
    ),
    url === '' ? NOTHING : leftFor(url, attributeOf(element, 'method', 'POST'), place),
  ]);
}

function partyOf({ name, text }: Element): object | null {
  if (name === 'Number') return tel(text.trim());
  return name === 'Sip' ? { type: 'sip', target: text.trim() } : null;
}
