import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallId, CustomerId, GroupId, RoomId } from '../kernel/brand.ts';
import type { GroupFact } from '../calls/group_facts.ts';
import { BEGIN, NOBODY, tell } from './queue_stories.ts';
import type { Transfer, TransferDraft } from './transfer.ts';
import { TRANSFER_TABLE, transferMachine } from './transfer_machine.ts';
import { openTransfer } from './transfer_moves.ts';

const DRAFT: TransferDraft = {
  id: 'own' as GroupId,
  customer_id: 'customer' as CustomerId,
  transfer_type: 'blind',
  transferer_call_id: 'tom' as CallId,
  peer_call_id: 'pat' as CallId,
  transferer_is: 'child',
  room_id: 'room' as RoomId,
  source: NOBODY,
  transferee_addresses: [NOBODY],
  hops: 0,
  dial_timeout_ms: 60_000,
  max_duration_ms: 3_600_000,
  test: true,
  tm_create: BEGIN,
};

/** Tom hands Pat to Xen. `master` and `member x` are how the ends of calls are told. */
function read([first = '', second = '']: readonly string[], own: Transfer): GroupFact {
  const nested_id = second === 'old' ? ('x' as GroupId) : own.ring_id;
  const facts: Readonly<Record<string, GroupFact>> = {
    go: { type: 'child_let_go' },
    kept: { type: 'child_kept' },
    answered: { type: 'nested_answered', nested_id, call_id: 'xen' as CallId },
    busy: { type: 'nested_ended', nested_id, reason: 'busy', code: null },
    silent: { type: 'nested_ended', nested_id, reason: 'normal', code: null },
    master: { type: 'master_ended' },
    member: { type: 'member_ended', call_id: second as CallId, reason: 'normal' },
    elsewhere: { type: 'hangup_asked' },
    handed: { type: 'handed_over', call_id: second as CallId },
  };
  const fact = facts[first];
  assert.ok(fact, first);
  return fact;
}

/** What is told | how it stands | what the last of it causes. */
const BLIND = `
                                     | initiating             | +created, pat child_released
kept                                 | ended failed           | +updated
go                                   | ringing -tom           | +updated, tom master_released, ring +15005550006, tom hangup_asked
go; go                               | ringing -tom           |
go; kept                             | ringing -tom           |
go; member tom                       | ringing -tom           |
go; answered                         | bridged -tom pat       | +updated, ring admitted, pat group_answered, xen master_adopted
go; answered; answered               | bridged -tom pat       |
go; answered old                     | ringing -tom           | x hangup_asked
go; busy                             | ended -tom busy        | +updated, pat hangup_asked
go; silent                           | ended -tom failed      | +updated, pat hangup_asked
go; busy; master                     | ended -tom busy        |
go; master                           | ended -tom -pat ring   | +updated, ring hangup_asked
go; master; answered                 | ended -tom -pat ring   | ring hangup_asked
go; master; timer ring               | ended -tom -pat ring   | ring hangup_asked
go; master; silent                   | ended -tom -pat        |
go; answered; silent                 | ended -tom pat         | +updated, pat group_ended
go; answered; master                 | ended -tom -pat pat ring | +updated, ring hangup_asked
go; answered; master; silent         | ended -tom -pat pat    |
go; answered; handed xen             | ended -tom pat ring    | +updated
go; answered; handed xen; silent     | ended -tom pat         |
go; answered; handed xen; master     | ended -tom pat ring    |
master                               | initiating -pat        |
master; go                           | ended -pat             | +updated, tom master_released, tom hangup_asked
`;

const ATTENDED = `
                                     | initiating             | +created, pat child_released
go                                   | ringing held           | +updated, tom master_released, ring +15005550006, pat line_asked
go; answered                         | consulting held        | +updated, ring admitted
go; answered; answered               | consulting held        |
go; answered; member tom             | bridged -tom pat       | +updated, pat line_asked, pat group_answered, xen master_adopted
go; answered; member tom; silent     | ended -tom pat         | +updated, pat group_ended
go; answered; member tom; master     | ended -tom -pat pat ring | +updated, ring hangup_asked
go; answered; silent                 | returned               | +updated, pat line_asked, pat group_answered, tom master_adopted
go; answered; silent; member tom     | ended -tom             | +updated, pat group_ended
go; answered; silent; master         | ended -pat             | +updated, tom hangup_asked
go; answered; silent; handed tom     | ended                  | +updated
go; busy                             | returned busy          | +updated, pat line_asked, pat group_answered, tom master_adopted
go; answered; master                 | bridged -pat tom       | +updated, pat line_asked, tom group_answered, xen master_adopted
go; answered; master; silent         | ended -pat tom         | +updated, tom group_ended
go; answered; master; member tom     | ended -tom -pat tom ring | +updated, ring hangup_asked
go; member tom                       | ringing -tom           | pat line_asked
go; member tom; answered             | bridged -tom pat       | +updated, ring admitted, pat group_answered, xen master_adopted
go; member tom; busy                 | ended -tom busy        | +updated, pat hangup_asked
go; master                           | ended -pat ring        | +updated, pat line_asked, ring hangup_asked, tom hangup_asked
go; elsewhere                        | ended -pat ring        | +updated, pat line_asked, ring hangup_asked, tom hangup_asked
go; answered; elsewhere              | bridged -pat tom       | +updated, pat line_asked, tom group_answered, xen master_adopted
go; busy; elsewhere                  | ended -pat busy        | +updated, tom hangup_asked
go; answered; member tom; elsewhere  | ended -tom -pat pat ring | +updated, ring hangup_asked
`;

/** Tom had called Pat: his end is told as the master's. */
const BY_MASTER = `
                                     | initiating             | +created, tom child_released
go                                   | ringing held           | +updated, pat master_released, ring +15005550006, pat line_asked
master; go                           | ringing -tom           | +updated, pat master_released, ring +15005550006
go; answered; master                 | bridged -tom pat       | +updated, pat line_asked, pat group_answered, xen master_adopted
go; answered; master; member pat     | ended -tom -pat pat ring | +updated, ring hangup_asked
go; answered; member pat             | bridged -pat tom       | +updated, pat line_asked, tom group_answered, xen master_adopted
go; busy                             | returned busy          | +updated, pat line_asked, tom group_answered, pat master_adopted
go; busy; member pat                 | ended -pat busy        | +updated, tom group_ended
go; busy; master                     | ended -tom busy        | +updated, pat hangup_asked
go; member pat                       | ended -pat ring        | +updated, pat line_asked, ring hangup_asked, tom group_ended
go; master                           | ringing -tom           | pat line_asked
go; member stranger                  | ringing held           |
`;

function standing(own: Transfer): string {
  const gone = [own.transferer_gone ? '-tom' : '', own.peer_gone ? '-pat' : ''];
  const words = [own.status, ...gone, own.holder_call_id ?? '', own.peer_held ? 'held' : ''];
  const ring = own.status === 'ended' && own.ring_open ? 'ring' : '';
  return [...words, ring, own.reason ?? ''].filter((word) => word !== '').join(' ');
}

function stories(name: string, text: string, draft: TransferDraft): void {
  describe(name, () => {
    for (const line of text.split('\n').filter((each) => each.includes('|'))) {
      const [facts = '', stands = '', effects = ''] = line.split('|').map((part) => part.trim());
      it(facts === '' ? 'begins' : facts, () => {
        const told = tell(transferMachine, openTransfer(draft), { facts, read });
        assert.equal(standing(told.group), stands);
        assert.equal(told.effects, effects);
      });
    }
  });
}

stories('a blind transfer', BLIND, DRAFT);
stories('an attended transfer', ATTENDED, { ...DRAFT, transfer_type: 'attended' });
stories('a transfer by who had called', BY_MASTER, {
  ...DRAFT,
  transfer_type: 'attended',
  transferer_is: 'master',
});

describe('a transfer', () => {
  it('answers every fact in every status', () => {
    const known = Object.keys(TRANSFER_TABLE.ringing).toSorted();
    for (const row of Object.values(TRANSFER_TABLE))
      assert.deepEqual(Object.keys(row).toSorted(), known);
  });
});
