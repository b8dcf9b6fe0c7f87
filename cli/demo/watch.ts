import type { Client, Json } from './client.ts';
import type { Printer } from './print.ts';
import type { Received } from './receiver.ts';

/** Follows calls by their timelines and tells each new thing once, until all of them are over. */
export interface Watch {
  follow(call_id: string, name: string): void;
  heard(received: Received): void;
  /** Resolves when every call followed is over and its last webhook has come. */
  over(): Promise<void>;
  readonly tally: { webhooks: number; verified: number };
}

const LOOK_MS = 60;
const PATIENCE_MS = 40_000;

export function startWatch(client: Client, print: Printer): Watch {
  const names = new Map<string, string>();
  const shown = new Set<string>();
  const ended = new Set<string>();
  const tally = { webhooks: 0, verified: 0 };
  const nameOf = (id: unknown): string => names.get(String(id)) ?? 'another call';

  const look = async (call_id: string): Promise<void> => {
    const { result } = await client.get(`/calls/${call_id}/events`);
    for (const event of result as Json[]) {
      if (shown.has(`${call_id}/${String(event['id'])}`)) continue;
      shown.add(`${call_id}/${String(event['id'])}`);
      const said = sayEvent(event);
      if (said !== null) print.line(said.who, `${nameOf(call_id)}: ${said.text}`);
    }
  };

  return {
    tally,
    follow: (call_id, name) => void names.set(call_id, name),
    heard: ({ type, sequence, data, verified }) => {
      tally.webhooks += 1;
      tally.verified += Number(verified);
      const id = type.startsWith('call_') ? data['id'] : data['reference_id'];
      if (type === 'call_created' && names.has(String(data['master_call_id'])))
        names.set(String(id), 'call B (chained to A)');
      const status = `${String(data['status'])}${sayAction(data)}`;
      const proof = verified ? 'signature verified' : 'SIGNATURE WRONG';
      print.line('webhook', `${nameOf(id)}: ${type} #${sequence} (${status}) ${proof}`);
      if (type === 'call_hangup') ended.add(String(id));
    },
    over: async () => {
      const until = performance.now() + PATIENCE_MS;
      while (ended.size < names.size) {
        if (performance.now() > until) throw new Error('the calls did not end in time');
        for (const call_id of [...names.keys()]) await look(call_id);
        await new Promise((next) => setTimeout(next, LOOK_MS));
      }
      for (const call_id of names.keys()) await look(call_id);
    },
  };
}

function sayAction(data: Json): string {
  const action = data['current_action'] as Json | null | undefined;
  return action === null || action === undefined ? '' : `, ${String(action['type'])}`;
}

/** A timeline's entry in words; null for what the demo need not show. */
function sayEvent(event: Json): { readonly who: string; readonly text: string } | null {
  const fact = event['fact'] as Json;
  const ending = fact['ending'] as Json | undefined;
  switch (event['type']) {
    case 'placed':
      return { who: 'call', text: 'placed, dialling the first route' };
    case 'dial_accepted':
      return { who: 'call', text: `the carrier took the dial (${String(fact['leg_ref'])})` };
    case 'dial_rejected':
      return { who: 'call', text: `attempt refused: ${sayEnding(ending)}` };
    case 'leg_ringing':
      return { who: 'call', text: 'it rings' };
    case 'leg_answered':
      return { who: 'call', text: 'answered' };
    case 'leg_ended':
      return { who: 'call', text: `leg ended: ${sayEnding(ending)}` };
    case 'digits_pressed':
      return { who: 'flow', text: `the callee presses ${String(fact['digits'])}` };
    case 'media_finished':
      return { who: 'flow', text: 'the words are out' };
    case 'child_answered':
      return { who: 'flow', text: 'the chained call was answered: both legs are in one room' };
    case 'child_ended':
      return { who: 'flow', text: `the chained call is over (${String(fact['reason'])})` };
    case 'master_ended':
      return { who: 'call', text: 'its master has ended, so it is hung up' };
    default:
      return null;
  }
}

function sayEnding(ending: Json | undefined): string {
  const code = ending?.['sip_code'] ?? null;
  return `${String(ending?.['cause'])}${code === null ? '' : `, SIP ${String(code)}`}`;
}
