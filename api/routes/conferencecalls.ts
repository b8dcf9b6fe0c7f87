import type { GroupFact } from '../../calls/group_facts.ts';
import type { Seat } from '../../groups/conference.ts';
import { publicSeat } from '../../groups/conference_public.ts';
import type { MemberFilter, MemberRow } from '../../store/groups.ts';
import type { Scope } from '../../store/page.ts';
import type { Desk } from '../desk.ts';
import { given, listed, scopeOf } from '../lists.ts';
import { answer, NOT_FOUND, type Outcome, type Serve } from '../operation.ts';

export const listConferencecalls: Serve<'listConferencecalls'> = (ask, { store }) => {
  const { conference_id, call_id, status } = ask.query;
  const named = { group_id: conference_id, call_id, status };
  // Ids of the contract are texts; whatever they name, they are only compared.
  const filter = given(named) as MemberFilter;
  const asked = { kind: 'conference', filter } as const;
  return listed(ask.query, (page) => store.groups.members(scopeOf(ask), asked, page), json);
};

export const getConferencecall: Serve<'getConferencecall'> = async (ask, { store }) => {
  const row = await store.groups.member(scopeOf(ask), 'conference', ask.id);
  return row === null ? NOT_FOUND : answer(json(row));
};

export const deleteConferencecall: Serve<'deleteConferencecall'> = (ask, desk) => {
  const fact = { type: 'party_kick_asked', conferencecall_id: ask.id } as const;
  return told(scopeOf(ask), { id: ask.id, fact }, desk);
};

export const muteConferencecall: Serve<'muteConferencecall'> = (ask, desk) => {
  const fact = { type: 'party_mute_asked', conferencecall_id: ask.id, muted: true } as const;
  return told(scopeOf(ask), { id: ask.id, fact }, desk);
};

export const unmuteConferencecall: Serve<'unmuteConferencecall'> = (ask, desk) => {
  const fact = { type: 'party_mute_asked', conferencecall_id: ask.id, muted: false } as const;
  return told(scopeOf(ask), { id: ask.id, fact }, desk);
};

/** Tells the conference of a party, and answers the party afterwards. */
async function told(
  scope: Scope,
  { id, fact }: { readonly id: string; readonly fact: GroupFact },
  { store, exchange }: Desk,
): Promise<Outcome> {
  const row = await store.groups.member(scope, 'conference', id);
  if (row === null) return NOT_FOUND;
  await exchange.tellGroup(scope, { kind: 'conference', id: row.group_id }, fact);
  const after = await store.groups.member(scope, 'conference', id);
  return after === null ? NOT_FOUND : answer(json(after));
}

function json({ group_id, customer_id, doc }: MemberRow): object {
  // It was written as a seat.
  return publicSeat({ id: group_id, customer_id }, doc as unknown as Seat);
}
