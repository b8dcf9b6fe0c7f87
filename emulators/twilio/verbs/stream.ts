import { openStream } from '../streams.ts';
import { hookIn, ON, pickUp, type Stage, type Verb } from '../stage.ts';
import { unlessStopped } from '../../waiting.ts';
import { isOver } from '../state.ts';
import type { Element } from '../twiml.ts';

function orderOf(stage: Stage, element: Element, two_way: boolean) {
  const { attributes, children } = element;
  const parameters = children.filter(({ name }) => name === 'Parameter');
  return {
    call: stage.call,
    url: attributes['url'] ?? '',
    name: attributes['name'] ?? '',
    track: two_way ? 'inbound_track' : (attributes['track'] ?? 'inbound_track'),
    two_way,
    parameters: Object.fromEntries(
      parameters.map((each) => [each.attributes['name'] ?? '', each.attributes['value'] ?? '']),
    ),
    report: hookIn(stage, element, 'statusCallback'),
  };
}

/** A stream both ways: the call stays in it until the application closes it. */
export const connect: Verb = async (stage, element) => {
  pickUp(stage);
  const [noun] = element.children;
  if (noun?.name !== 'Stream') return ON;
  const { stream, closed } = openStream(stage.world, orderOf(stage, noun, true));
  try {
    await unlessStopped(stage, closed);
  } finally {
    stream.stop();
  }
  return ON;
};

/** A stream one way, beside whatever the call does. */
export const start: Verb = async (stage, element) => {
  const [noun] = element.children;
  if (noun?.name === 'Stream') openStream(stage.world, orderOf(stage, noun, false));
  return ON;
};

export const stop: Verb = async ({ call }, element) => {
  const name = element.children[0]?.attributes['name'] ?? '';
  for (const stream of call.account.streams.values())
    if (stream.call === call && stream.name === name && !isOver(call)) stream.stop();
  return ON;
};
