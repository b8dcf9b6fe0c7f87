import { conversation, transfer } from './actions/conversation.ts';
import { connect } from './actions/connect.ts';
import { input } from './actions/input.ts';
import { record } from './actions/record.ts';
import { stream, talk, wait } from './actions/sound.ts';
import { eventBase, tellAt } from './letters.ts';
import { nccoIn } from './replies.ts';
import { hookIn, ON, type Perform } from './stage.ts';

/** Tells the application how far the NCCO has come; the answer may be another one. */
const notify: Perform = async ({ world, call }, action) => {
  const hook = hookIn(action);
  if (hook === null) return ON;
  const payload = { ...eventBase(world, call), payload: action['payload'] };
  const returned = await tellAt(world, call, { hook, tag: 'notify', payload });
  return nccoIn(returned) ?? ON;
};

/** Every action the emulator performs: all of the contract's. */
export const ACTIONS: Readonly<Record<string, Perform>> = {
  talk,
  stream,
  input,
  record,
  conversation,
  connect,
  notify,
  wait,
  transfer,
};
