import type { AttemptId, ProviderId } from '../../kernel/brand.ts';
import type { SandboxLeg, SandboxLog } from '../../store/sandbox_log.ts';

/** The log as a map: what a restart of the network finds again. Rows are copied in and out. */
export function memorySandboxLog(): SandboxLog & { readonly rows: Map<AttemptId, SandboxLeg> } {
  const rows = new Map<AttemptId, SandboxLeg>();
  const keep = (row: SandboxLeg): SandboxLeg => {
    rows.set(row.attempt_id, structuredClone(row));
    return structuredClone(row);
  };
  const visits = new Map<string, Set<AttemptId>>();
  const numbers = new Map<string, ProviderId>();
  return {
    rows,
    async visit(room_id, attempt_id) {
      visits.set(room_id, (visits.get(room_id) ?? new Set()).add(attempt_id));
    },
    async visitors(room_id) {
      return [...(visits.get(room_id) ?? [])].sort();
    },
    async serve(number, provider_id) {
      if (!numbers.has(number)) numbers.set(number, provider_id);
      return numbers.get(number) === provider_id;
    },
    async unserve(number, provider_id) {
      if (numbers.get(number) === provider_id) numbers.delete(number);
    },
    async served(asked) {
      return new Map([...numbers].filter(([number]) => asked.includes(number)));
    },
    async dial(leg) {
      const known = rows.get(leg.attempt_id);
      return keep(known === undefined ? leg : { ...known, dial_count: known.dial_count + 1 });
    },
    async save(legs) {
      for (const leg of legs) {
        const known = rows.get(leg.attempt_id);
        if (known === undefined) continue;
        if (known.tm_end !== null && known.tm_end !== leg.tm_end) continue;
        keep({ ...leg, dial_count: known.dial_count });
      }
    },
    async find(attempt_id) {
      return structuredClone(rows.get(attempt_id) ?? null);
    },
    async overdue(at, limit) {
      const due = [...rows.values()].filter((row) => row.next_at !== null && row.next_at < at);
      due.sort((one, other) => Number(one.next_at) - Number(other.next_at));
      return structuredClone(due.slice(0, limit));
    },
    async list({ call_id }, { size }) {
      const all = [...rows.values()].reverse();
      const mine = all.filter((row) => call_id === undefined || row.call_id === call_id);
      return { rows: structuredClone(mine.slice(0, size)), next: null };
    },
  };
}
