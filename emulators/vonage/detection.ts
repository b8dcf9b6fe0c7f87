import { eventBase, tell } from './letters.ts';
import type { Call, World } from './state.ts';

const VERDICT_MS = 2_500;
const GREETING_MS = 8_000;

/**
 * Finds out who answered, if the call asked for it. A person and a machine are events; a machine's
 * beep, or its failing to come, is another. Of silence nothing is told.
 */
export function detect(world: World, call: Call, hangUp: () => void): void {
  const { detection } = call.order;
  const party = call.line?.script.party ?? 'silence';
  if (detection === null || party === 'silence') return;
  const status = party === 'human' ? 'human' : 'machine';
  call.line?.after(VERDICT_MS, () => {
    tellParty(world, call, { status });
    if (status === 'machine' && detection.behavior === 'hangup') hangUp();
  });
  if (status === 'human' || !detection.beep) return;
  const ms = party === 'fax' ? detection.beep_timeout_s * 1_000 : GREETING_MS;
  const sub_state = party === 'fax' ? 'beep_timeout' : 'beep_start';
  call.line?.after(ms, () => tellParty(world, call, { status, sub_state }));
}

/** These events name the call by `call_uuid`, unlike all others. */
function tellParty(world: World, call: Call, news: Readonly<Record<string, string>>): void {
  const { uuid: call_uuid, ...rest } = eventBase(world, call);
  const tag = `amd.${news['status'] ?? ''}`;
  tell(world, call, { tag, payload: { ...rest, call_uuid, ...news } });
}
