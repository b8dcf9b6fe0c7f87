import type { CustomerId, EventId, GroupId, RecordingId } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import { legOf } from '../../calls/attempts.ts';
import { currentAttempt } from '../../calls/call.ts';
import type { LegAt, Order } from '../../calls/effects.ts';
import type { GroupFact } from '../../calls/group_facts.ts';
import type { RoomRecordingOrder } from '../../calls/recording_facts.ts';
import type { RecordStart } from '../../calls/instruction.ts';
import { groupIdOf } from '../../calls/recordings.ts';
import type { Files } from '../../files/files.ts';
import type { GroupOrderEffect } from '../../groups/effects.ts';
import { machineOf } from '../../groups/kinds.ts';
import { openRecording } from '../../groups/recording_moves.ts';
import { CarrierError } from '../../providers/carrier.ts';
import type { GroupStore } from '../../store/groups.ts';
import type { OutboxRow } from '../../store/journal.ts';
import type { CarrierDesk } from '../carrier_desk.ts';
import type { Loop } from '../loop.ts';
import type { GroupLoop } from './loop.ts';

export interface RecorderParts {
  readonly calls: Loop;
  readonly loop: GroupLoop;
  readonly groups: GroupStore;
  readonly desk: Pick<CarrierDesk, 'open'>;
  readonly files: Files;
  readonly clock: Clock;
  performed(row: OutboxRow): Promise<void>;
}

type By<Do extends (Order | GroupOrderEffect)['do']> = Extract<
  Order | GroupOrderEffect,
  { do: Do }
>;

/** Nobody wants it any more: however often that is found out, it is one event. */
const UNWANTED = 'unwanted' as EventId;

/** Performs what concerns recordings. At least once, as all. */
export class Recorder {
  readonly #parts: RecorderParts;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  /** Makes the recording that a call's leg is about to be told to make: before any word of it. */
  async open(row: OutboxRow, leg: LegAt, order: RecordStart): Promise<void> {
    const { groups, calls, loop, clock } = this.#parts;
    const id = groupIdOf(order.recording_id);
    if ((await groups.load(id)) !== null) return;
    const { channels, format, on_end_flow_id } = order;
    const call = (await calls.current(row.call_id))?.call;
    const step = openRecording({
      id,
      customer_id: row.customer_id,
      parent_id: null,
      reference_id: row.call_id,
      reference_type: 'call',
      activeflow_id: call?.activeflow_id ?? null,
      leg,
      room_id: null,
      format,
      channels,
      on_end_flow_id,
      duration_s: 0,
      tm_create: clock.now(),
    });
    await loop.open(step);
    // A call that has ended meanwhile had nobody to tell it to.
    if ((await calls.current(row.call_id))?.call.status !== 'hangup') return;
    await this.#lose(id, row.customer_id);
  }

  perform(
    row: OutboxRow,
    order: By<'recording_open' | 'audio_store' | 'audio_remove'>,
  ): Promise<void> {
    if (order.do === 'recording_open') return this.#openRoom(row, order);
    return order.do === 'audio_store' ? this.#store(row, order) : this.#remove(row, order);
  }

  /** Makes the recording of a room; nothing where no leg is left to reach the room by. */
  async #openRoom(row: OutboxRow, { order }: By<'recording_open'>): Promise<void> {
    const { groups, calls, loop, performed } = this.#parts;
    const call = (await calls.current(order.call_id))?.call ?? null;
    const leg = call === null ? null : legOf(call, currentAttempt(call));
    if (leg === null || call?.customer_id !== row.customer_id) return performed(row);
    await loop.open(openRecording(this.#roomDraft(order, row.customer_id, leg)));
    // Whoever asked may have ended, or changed its mind, while it was being made.
    const parent = await groups.load(order.master_group_id);
    const wanted = parent !== null && machineOf(parent.group).wants(parent.group, order.group_id);
    if (!wanted) await this.#lose(order.group_id, row.customer_id);
    await performed(row);
  }

  /** Brings the sound of a recording here. Throws what may pass: then it is tried again. */
  async #store(row: OutboxRow, { recording }: By<'audio_store'>): Promise<void> {
    const { files, groups } = this.#parts;
    const fact = await this.#stored(recording);
    await this.#tell(row, fact);
    // While it was under way another node may have done it, and the customer have deleted it.
    const now = (await groups.load(recording.recording_id))?.group;
    if (now === undefined || now.tm_delete !== null) await files.remove(recording.name);
  }

  async #remove(row: OutboxRow, { name }: By<'audio_remove'>): Promise<void> {
    await this.#parts.files.remove(name);
    await this.#parts.performed(row);
  }

  async #lose(group_id: GroupId, customer_id: CustomerId): Promise<void> {
    const fact = { type: 'master_ended' } as const;
    await this.#parts.loop.handle({ group_id, customer_id, id: UNWANTED, fact });
  }

  async #stored({ name, ...asked }: By<'audio_store'>['recording']): Promise<GroupFact> {
    const { files, desk } = this.#parts;
    try {
      const carrier = await desk.open(asked.leg.provider_id);
      const recording_id = asked.recording_id as string as RecordingId;
      const pieces = (await carrier?.recorded?.({ ...asked, recording_id })) ?? null;
      if (pieces === null) return { type: 'audio_lost', detail: 'the carrier has no such file' };
      return { type: 'audio_stored', ...(await files.write(name, pieces)) };
    } catch (error) {
      if (!(error instanceof CarrierError) || error.retry === 'later') throw error;
      return { type: 'audio_lost', detail: error.message };
    }
  }

  #roomDraft(
    { group_id, master_group_id, room_id, on_end_flow_id, duration_s }: RoomRecordingOrder,
    customer_id: CustomerId,
    leg: LegAt,
  ): Parameters<typeof openRecording>[0] {
    return {
      id: group_id,
      customer_id,
      parent_id: master_group_id,
      reference_id: master_group_id,
      reference_type: 'confbridge',
      activeflow_id: null,
      leg,
      room_id,
      format: 'wav',
      channels: 1,
      on_end_flow_id,
      duration_s,
      tm_create: this.#parts.clock.now(),
    };
  }

  /** Tells the recording what came of its own order; the order's row goes in the same step. */
  async #tell(row: OutboxRow, fact: GroupFact): Promise<void> {
    const { loop, performed } = this.#parts;
    const group_id = row.call_id as string as GroupId;
    const id = `r:${row.id.slice(row.id.indexOf('.') + 1)}` as EventId;
    const { customer_id } = row;
    const told = { group_id, customer_id, id, fact, done: [row.id] };
    if ((await loop.handle(told)) === 'absent') await performed(row);
  }
}
