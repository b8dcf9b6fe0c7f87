import { hasLeg } from '../calls/call.ts';
import type { Unit } from '../store/store.ts';
import type { Log } from './log.ts';

/** The milestones of a call, one line each: placed, a route that failed, ended. */
export function logMilestones(log: Log, unit: Unit): void {
  const { call } = unit.leg;
  const { id: call_id, customer_id } = call;
  if (unit.expected_version === 0) {
    const { direction, master_call_id, activeflow_id } = call;
    if (!hasLeg(call)) return log.info({ activeflow_id, customer_id }, 'flow launched');
    log.info({ call_id, customer_id, direction, master_call_id }, 'call placed');
    return;
  }
  for (const { attempt, provider_id } of unit.attempts) {
    if (attempt.ending === null || attempt.ending.cause !== 'failed') continue;
    const { number, ending } = attempt;
    const { sip_code, detail } = ending;
    log.info({ call_id, provider_id, attempt: number, sip_code, detail }, 'attempt failed');
  }
  if (call.status !== 'hangup' || unit.charge === null) return;
  const { hangup_by, hangup_reason } = call;
  const { talk_ms, amount_micros } = unit.charge;
  log.info(
    { call_id, customer_id, hangup_by, hangup_reason, talk_ms, amount_micros },
    'call ended',
  );
}
