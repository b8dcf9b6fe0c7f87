import type { Json } from '../stage/client.ts';
import type { Received } from '../stage/receiver.ts';

interface Said {
  readonly who: 'call' | 'flow' | 'failover';
  readonly text: string;
}

/** A webhook in words. */
export function sayWebhook({ type, sequence, data, verified }: Received): string {
  const action = data['current_action'] as Json | null | undefined;
  const doing = action === null || action === undefined ? '' : `, ${String(action['type'])}`;
  const proof = verified ? 'signature verified' : 'SIGNATURE WRONG';
  return `${type} #${sequence} (${String(data['status'])}${doing}) ${proof}`;
}

/** An entry of a call's timeline in words; null for what the demo need not show. */
export function sayEvent(event: Json, attempts: readonly Json[]): Said | null {
  const fact = event['fact'] as Json;
  const attempt = attempts.find((each) => each['id'] === fact['attempt_id']);
  const route = String(attempt?.['provider_name']);
  const call = (text: string): Said => ({ who: 'call', text });
  const flow = (text: string): Said => ({ who: 'flow', text });
  switch (event['type']) {
    case 'placed':
      return call(`placed, dialling the first route, ${String(attempts[0]?.['provider_name'])}`);
    case 'dial_accepted':
      return attempt?.['number'] === 1
        ? call(`${route} took the dial`)
        : {
            who: 'failover',
            text: `attempt ${String(attempt?.['number'])}: ${route} took the dial`,
          };
    case 'leg_ringing':
      return call(`it rings (${route})`);
    case 'leg_answered':
      return call(`answered (${route})`);
    case 'dial_rejected':
    case 'leg_ended':
      return call(sayEnding(route, fact['ending'] as Json));
    case 'digits_pressed':
      return flow(`the callee presses ${String(fact['digits'])}`);
    case 'media_finished':
      return flow('the words are out');
    case 'child_answered':
      return flow('the chained call was answered: both legs are in one room');
    case 'child_ended':
      return flow(`the chained call is over (${String(fact['reason'])})`);
    default:
      return null;
  }
}

function sayEnding(route: string, ending: Json): string {
  const code = ending['sip_code'] === null ? '' : `, SIP ${String(ending['sip_code'])}`;
  const failed = ending['cause'] === 'failed' ? 'attempt failed' : 'leg ended';
  return `${failed} on ${route}: ${String(ending['cause'])}${code}`;
}
