import type { LegRef, ProviderId } from '../../kernel/brand.ts';
import { type Refusal, refusal } from '../../kernel/refusal.ts';
import { attemptOfLeg } from '../../calls/attempts.ts';
import { callJson } from '../../engine/view.ts';
import type { Desk, SimulatedCall } from '../desk.ts';
import { answer, type Ask, refuse, type Serve } from '../operation.ts';
import { idOf } from '../shelving.ts';

/** The kind of carrier whose network is make-believe. */
const SANDBOX = 'sandbox';
const NOT_SANDBOX = 'the number is not one of the sandbox';

export const simulateIncomingCall: Serve<'simulateIncomingCall'> = async (ask, desk) => {
  if (ask.key.live && ask.key.role !== 'admin') return refuse('test_key_required');
  const provider_id = await providerFor(ask, desk);
  if (typeof provider_id === 'object') return { refused: provider_id };
  const call = callOf(ask, provider_id);
  const verdict = (await desk.ring?.(call)) ?? null;
  const { leg_ref } = call;
  const { legs, calls } = desk.store;
  const call_id = await legs.callOfAttempt(attemptOfLeg(provider_id, leg_ref));
  const leg = call_id === null ? null : await calls.get('all', call_id);
  return answer(
    {
      ...{ leg_ref, provider_id },
      taken: verdict?.taken ?? null,
      sip_code: verdict?.sip_code ?? null,
      q850: verdict?.q850 ?? null,
      call: leg === null ? null : callJson(leg),
    },
    201,
  );
};

/**
 * The account whose number is called. Customers have their own numbers called: a stranger's phone
 * is not to ring because somebody tests.
 */
async function providerFor(
  { body, key, customer_id }: Ask<'simulateIncomingCall'>,
  { store }: Desk,
): Promise<ProviderId | Refusal> {
  const holder = await store.numbers.holder(body.to);
  const is_admin = key.role === 'admin';
  if (!is_admin && holder?.customer_id !== customer_id) return refusal('not_found', '/to');
  const providers = await store.shelves.providers.all('all');
  const wanted = is_admin ? (body.provider_id ?? holder?.provider_id) : holder?.provider_id;
  const found = providers.find(
    ({ id, type }) => type === SANDBOX && (wanted === undefined || id === wanted),
  );
  return found?.id ?? refusal('invalid_request', '/to', NOT_SANDBOX);
}

function callOf(ask: Ask<'simulateIncomingCall'>, provider_id: ProviderId): SimulatedCall {
  const { from, from_name, to, verstat, attestation, diversions, fault } = ask.body;
  const { ring_ms, talk_ms = null, dtmf, voice_hz, voice_ms, mos = null, leg_ref } = ask.body;
  return {
    provider_id,
    leg_ref: (leg_ref ?? `sbx-sim-${idOf(ask, 'incoming')}`) as LegRef,
    told: {
      from: from === 'anonymous' ? '' : from,
      ...{ from_name, to, verstat, diversions },
      attestation: attestation === '' ? null : attestation,
    },
    ...{ ring_ms, talk_ms, dtmf, mos },
    voice: {
      ...(voice_hz === undefined ? {} : { voice_hz }),
      ...(voice_ms === undefined ? {} : { voice_ms }),
    },
    fault: fault ?? null,
  };
}
