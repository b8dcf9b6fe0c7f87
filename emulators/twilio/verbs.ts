import { dial } from './verbs/dial.ts';
import { gather } from './verbs/gather.ts';
import { record } from './verbs/record.ts';
import { echo, pauseFor, play, say } from './verbs/sound.ts';
import { connect, start, stop } from './verbs/stream.ts';
import { turnDown } from './lifecycle.ts';
import { END, type Verb, urlIn } from './stage.ts';
import { Interrupted } from '../waiting.ts';

const redirect: Verb = async (stage, { text, attributes }) => {
  const hook = { url: urlIn(stage, text.trim()), method: attributes['method'] ?? 'POST' };
  return { go: 'to', document: { hook, twiml: null, tag: 'redirect', params: {} } };
};

const reject: Verb = async ({ world, call }, { attributes }) => {
  if (call.tm_answered !== null) return END;
  turnDown(world, call, { code: attributes['reason'] === 'busy' ? 486 : 603 });
  throw new Interrupted();
};

/** Every verb the emulator performs. Others Twilio knows are warned about and left out. */
export const VERBS: Readonly<Record<string, Verb>> = {
  Say: say,
  Play: play,
  Pause: pauseFor,
  Echo: echo,
  Gather: gather,
  Record: record,
  Dial: dial,
  Connect: connect,
  Start: start,
  Stop: stop,
  Redirect: redirect,
  Reject: reject,
  Hangup: async () => END,
};
