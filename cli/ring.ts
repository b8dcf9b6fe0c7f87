import type { SimulatedCall, SimulatedVerdict } from '../api/desk.ts';
import type { SandboxNetwork } from '../providers/sandbox/network.ts';
import { voiceOf } from '../providers/sandbox/voice.ts';

/** Has somebody call us on the sandbox network; null while we have not said what becomes of it. */
export async function ringOn(
  network: SandboxNetwork,
  call: SimulatedCall,
): Promise<SimulatedVerdict | null> {
  const { provider_id, leg_ref, told, talk_ms, dtmf, ring_ms, fault, mos } = call;
  const verdict = await network.ring(provider_id, {
    leg_ref,
    visitor: { told, talk_ms, dtmf },
    patience_ms: ring_ms,
    voice: voiceOf(call.voice, 'human'),
    fault,
    mos,
    peer: null,
  });
  return verdict === null ? null : { sip_code: null, q850: null, ...verdict };
}
