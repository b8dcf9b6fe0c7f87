import { unlessStopped } from '../../waiting.ts';
import { conversationNamed, depart, enter } from '../conversations.ts';
import { startRecording } from '../recordings.ts';
import { hookIn, ON, type Next, type Perform, type Stage } from '../stage.ts';
import type { Conversation, Json } from '../state.ts';

/** Joins a conversation by its name and stays until it ends. */
export const conversation: Perform = (stage, action) => {
  const name = String(action['name']);
  stage.call.line?.hear(`conversation: ${name}`);
  return stay(stage, conversationNamed(stage.world, stage.call.app, name), action);
};

/** Joins a conversation that is there already, by its own id. */
export const transfer: Perform = async (stage, action) => {
  const found = stage.call.app.conversations.get(String(action['conversationId']));
  if (found !== undefined) return stay(stage, found, action);
  stage.world.journal.complain('transfer', stage.call.uuid, 'no such conversation');
  return { go: 'end' };
};

async function stay(stage: Stage, there: Conversation, action: Json): Promise<Next> {
  const { world, call } = stage;
  call.muted = action['mute'] === true;
  const entry = { conversation: there, end_on_exit: action['endOnExit'] === true };
  const { left } = enter(world, call, entry);
  if (action['record'] === true)
    startRecording(world, call, { format: 'mp3', channels: 1, hook: hookIn(action) });
  try {
    await unlessStopped(stage, left);
  } finally {
    depart(call, there);
  }
  return ON;
}
