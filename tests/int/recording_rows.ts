import type { CustomerId, EventId, Instant } from '../../kernel/brand.ts';
import { fileNameOf, type Recording } from '../../groups/recording.ts';
import { openRecording } from '../../groups/recording_moves.ts';
import type { Files } from '../../files/files.ts';
import type { Store } from '../../store/store.ts';
import { id } from '../conformance/store_rows.ts';

/** A recording of a customer as it stands when all went well, or as `change` has it; stored. */
export async function keptRecording(
  store: Store,
  customer_id: string,
  change: Partial<Recording> = {},
): Promise<Recording> {
  const { state } = openRecording({
    id: id(),
    customer_id: customer_id as CustomerId,
    parent_id: null,
    reference_id: id(),
    reference_type: 'call',
    activeflow_id: null,
    leg: { provider_id: id(), attempt_id: id(), leg_ref: null },
    room_id: null,
    format: 'wav',
    channels: 1,
    on_end_flow_id: null,
    duration_s: 0,
    tm_create: 1_000 as Instant,
  });
  const times = { tm_start: 2_000 as Instant, tm_end: 6_000 as Instant };
  const file = { name: fileNameOf(state), bytes: 10, sha256: 'abc' };
  const over = { status: 'ended', cause: 'hangup', duration_ms: 4_000, file, ...times } as const;
  const recording: Recording = { ...state, ...over, ...change };
  const event = { subject_id: recording.id, customer_id: recording.customer_id, n: 1 };
  await store.groups.commit({
    group: recording,
    version: 1,
    expected_version: 0,
    live: false,
    event: { ...event, id: 'e' as EventId, at: 1 as Instant, type: 'x', fact: {}, notices: [] },
    orders: [],
    done: [],
    members: [],
    deliveries: [],
  });
  return recording;
}

/** Puts the sound of a recording where it belongs. */
export async function keptFile(files: Files, { file }: Recording, text: string): Promise<void> {
  const pieces = async function* () {
    yield await Promise.resolve(Buffer.from(text));
  };
  await files.write(file?.name ?? '', pieces());
}
