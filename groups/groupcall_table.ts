import type { GroupFactType } from '../calls/group_facts.ts';
import type { ConferenceFact } from '../calls/conference_facts.ts';
import type { QueueFact } from '../calls/queue_facts.ts';
import type { RecordingFact } from '../calls/recording_facts.ts';
import type { TransferFact } from '../calls/transfer_facts.ts';
import type { Groupcall, GroupcallStatus } from './groupcall.ts';
import * as moves from './groupcall_moves.ts';
import type { Cell } from './machine.ts';
import { ignore } from './machine.ts';

/** What a groupcall answers to; told anything else, it is as if it were not there. */
export type GroupcallFact = Exclude<
  GroupFactType,
  | 'timer_fired'
  | QueueFact['type']
  | RecordingFact['type']
  | ConferenceFact['type']
  | TransferFact['type']
>;
type Row = { readonly [Type in GroupcallFact]: Cell<Groupcall, Type> };

const closing = ignore('everybody has been asked to hang up');
const over = ignore('the groupcall is over');

/** The whole life of a groupcall. Every status answers every fact. */
export const GROUPCALL_TABLE: { readonly [Status in GroupcallStatus]: Row } = {
  progressing: {
    member_ringing: moves.hear,
    nested_ringing: moves.hear,
    member_answered: moves.answer,
    member_ended: moves.lose,
    member_refused: moves.lose,
    nested_answered: moves.answer,
    nested_ended: moves.lose,
    admitted: moves.admitted,
    heard: moves.heard,
    master_ended: moves.hangUpAll,
    hangup_asked: moves.hangUpAll,
    delete_asked: moves.remove,
  },
  hangingup: {
    member_ringing: closing,
    nested_ringing: closing,
    member_answered: moves.tooLate,
    member_ended: moves.lose,
    member_refused: moves.lose,
    nested_answered: moves.tooLate,
    nested_ended: moves.lose,
    admitted: closing,
    heard: closing,
    master_ended: closing,
    hangup_asked: closing,
    delete_asked: moves.remove,
  },
  hangup: {
    member_ringing: over,
    nested_ringing: over,
    member_answered: over,
    member_ended: over,
    member_refused: over,
    nested_answered: over,
    nested_ended: over,
    admitted: over,
    heard: over,
    master_ended: over,
    hangup_asked: over,
    delete_asked: moves.remove,
  },
};
