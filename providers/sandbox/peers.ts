import type { Instant } from '../../kernel/brand.ts';
import type { SandboxLeg } from '../../store/sandbox_log.ts';
import type { DialOrder, ProviderAccount } from '../carrier.ts';
import { type Item, type NetworkLeg, nextDue, plan, type Stash, unplan } from './leg.ts';
import { isForSale } from './numbers.ts';
import { GRACE_MS } from './script.ts';
import { attemptOfLeg } from '../../calls/attempts.ts';
import { farSideOf, type Visit } from './visits.ts';
import { HUMAN } from './voice.ts';

/** No call that stays on the network talks for longer. */
const TALK_MS_MAX = 4 * 3_600_000;

/**
 * Whether a dial may reach a number that is in service on the network: one that would be answered,
 * whose script does not say what becomes of it.
 */
export function mayStay({ destination, sandbox }: DialOrder, row: SandboxLeg): boolean {
  const { items } = row.script as unknown as Stash;
  const answered = items.some(({ what }) => what === 'answered');
  return sandbox === null && answered && isForSale(destination.target);
}

/** The dialling end of a call that stays on the network: what happens to it, the other end says. */
export function nearEnd(row: SandboxLeg, order: DialOrder, host: ProviderAccount): SandboxLeg {
  const { provider_id } = host;
  const at = (row.tm_dial + order.dial_timeout_ms + GRACE_MS) as Instant;
  const items: Item[] = [{ at, what: 'ended', sip_code: 487, q850: null, by: 'dial_timer' }];
  const attempt_id = attemptOfLeg(provider_id, farSideOf(order.attempt_id));
  const script = { ...row.script, items, peer: { attempt_id, provider_id } };
  return { ...row, script, next_at: at };
}

/** The other end: somebody calls the number, whom the network knows well. */
export function farEnd(order: DialOrder, near: SandboxLeg): Visit {
  const { source, destination } = order;
  const { attempt_id, provider_id } = near;
  return {
    leg_ref: farSideOf(attempt_id),
    visitor: {
      told: {
        from: source.target,
        from_name: source.name,
        to: destination.target,
        verstat: 'passed',
        attestation: 'A',
        diversions: [],
      },
      talk_ms: null,
      dtmf: '',
    },
    patience_ms: order.dial_timeout_ms + GRACE_MS,
    voice: HUMAN,
    fault: null,
    mos: null,
    peer: { attempt_id, provider_id },
  };
}

/** Lets what has happened at one end happen at the other. Said again it changes nothing. */
export function mirror(
  item: Item,
  [from, to]: readonly [NetworkLeg, NetworkLeg],
  now: Instant,
): void {
  const { row } = to;
  if (item.what === 'ended') return end(from, to, now);
  if (row.tm_end !== null) return;
  // What rings and is answered is the number; who dialled it hears so.
  if (from.visitor === null) return;
  if (item.what === 'ringing' && row.tm_ringing === null) plan(to, { at: now, what: 'ringing' });
  if (item.what !== 'answered' || row.tm_answer !== null) return;
  unplan(to, ({ what }) => what === 'ended' || what === 'ringing');
  plan(to, { at: now, what: 'answered', party: 'human' });
  const at = (now + TALK_MS_MAX) as Instant;
  plan(to, { at, what: 'ended', sip_code: 200, q850: null, by: 'talk_timer' });
}

/**
 * One end is over, so the other is. The number's end says why it was not answered; the dialling end
 * only that it gave up.
 */
export function end(from: NetworkLeg, to: NetworkLeg, now: Instant): void {
  if (to.row.tm_end !== null) return;
  const talked = from.row.tm_answer !== null;
  const refused = from.visitor === null ? 487 : (from.row.final_code ?? 480);
  const [sip_code, q850] = talked ? [200, null] : [refused, from.q850];
  unplan(to, () => true);
  plan(to, { at: now, what: 'ended', sip_code, q850, by: 'far_end' });
}

/** Keys sent at one end are heard at the other, one after the other. */
export function press(digits: string, to: NetworkLeg, now: Instant): void {
  const pressed = to.sound.tape.marks.filter((mark) => 'digit' in mark).length;
  const first = pressed + to.items.filter(({ what }) => what === 'dtmf').length + 1;
  if (to.row.tm_answer === null || to.row.tm_end !== null) return;
  for (const [place, digit] of [...digits].entries())
    plan(to, { at: now, what: 'dtmf', n: first + place, digit });
}

/**
 * Whether the next thing on a leg is that its caller gives up, as far as we know: our side may have
 * answered through another node, which has then written so down.
 */
export function givesUp(leg: NetworkLeg): boolean {
  const next = leg.items[leg.played];
  const waits = leg.visitor !== null || leg.peer !== null;
  const by_itself = next?.what === 'ended' && next.by !== 'caller' && next.sip_code === 487;
  return waits && by_itself && leg.row.tm_answer === null && nextDue(leg) !== null;
}
