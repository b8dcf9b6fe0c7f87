import type { CallId } from '../../kernel/brand.ts';
import { rfc3339 } from '../../kernel/instant.ts';
import type { SandboxLeg } from '../../store/sandbox_log.ts';
import { given, listed, scopeOf } from '../lists.ts';
import { answer, refuse, type Serve } from '../operation.ts';

export const advanceClock: Serve<'advanceClock'> = async (ask, { advance, clock }) => {
  if (ask.key.live && ask.key.role !== 'admin') return refuse('test_key_required');
  if (advance === null) return refuse('clock_locked');
  await advance(ask.body.seconds * 1_000);
  return answer({ now: rfc3339(clock.now()) });
};

export const listSandboxDials: Serve<'listSandboxDials'> = (ask, { store }) => {
  if (ask.key.live && ask.key.role !== 'admin') return Promise.resolve(refuse('test_key_required'));
  const scope = scopeOf(ask);
  const filter = given<NonNullable<Parameters<typeof store.sandbox.list>[0]>>({
    call_id: ask.query.call_id as CallId | undefined,
    customer_id: scope === 'all' ? undefined : scope,
  });
  return listed(ask.query, (page) => store.sandbox.list(filter, page), dialJson);
};

function dialJson(leg: SandboxLeg): object {
  return {
    leg_ref: leg.leg_ref,
    attempt_id: leg.attempt_id,
    call_id: leg.call_id,
    customer_id: leg.customer_id,
    provider_id: leg.provider_id,
    provider_name: leg.provider_name,
    source: leg.source,
    destination: leg.destination,
    outcome: leg.outcome,
    dial_count: leg.dial_count,
    final_code: leg.final_code,
    tm_dial: rfc3339(leg.tm_dial),
    tm_ringing: rfc3339(leg.tm_ringing),
    tm_answer: rfc3339(leg.tm_answer),
    tm_end: rfc3339(leg.tm_end),
  };
}
