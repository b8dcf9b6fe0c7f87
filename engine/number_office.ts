import { monthFrom, paidUntil, rentBackEntry, rentEntry } from '../billing/rent.ts';
import type { Instant, ProviderId } from '../kernel/brand.ts';
import { type Refusal, refusal } from '../kernel/refusal.ts';
import { CarrierError, type NumberDesk } from '../providers/carrier.ts';
import type { NumberTerms, OwnNumber } from '../store/numbers.ts';
import { makeMarket, type OfficeParts } from './number_market.ts';
import type { Market, NumberOffice, NumberOrder } from './number_order.ts';

/** Numbers taken up at a time. */
const PAGE = 100;
/** What is younger is still in somebody's hands. */
const UNSETTLED_MS = 60_000;
const UNAVAILABLE = refusal('number_unavailable', '/number');

export function makeNumberOffice(parts: OfficeParts): NumberOffice {
  const { store, clock } = parts;
  const market = makeMarket(parts);
  const release = (row: OwnNumber): Promise<OwnNumber | null> => giveBack(parts, row);
  return {
    ...market,
    buy: (order) => buy(parts, market, order),
    release,
    releaseAll: async (customer_id) => {
      for (const row of await store.shelves.numbers.all(customer_id)) await release(row);
    },
    renew: (until) => renew(parts, until),
    settle: async () => {
      const old = (clock.now() - UNSETTLED_MS) as Instant;
      for (const row of await store.numbers.unsettled(old, PAGE)) await settleOne(parts, row);
    },
  };
}

async function buy(
  parts: OfficeParts,
  market: Market,
  order: NumberOrder,
): Promise<OwnNumber | Refusal> {
  const { store, clock } = parts;
  const { numbers } = store.shelves;
  const known = await numbers.get(order.customer.id, order.id);
  if (known?.status === 'active') return known;
  if (known !== null) return complete(parts, known);
  if ((await store.numbers.holder(order.number)) !== null) return UNAVAILABLE;
  const from = await market.sellerOf(order);
  if (from === null) return UNAVAILABLE;
  const row = rowOf(order, from, clock.now());
  // Whoever comes second meets the number in the first one's row.
  return (await numbers.insert(row)) ? complete(parts, row) : UNAVAILABLE;
}

function rowOf(
  { id, customer, number, written, assigned }: NumberOrder,
  { provider_id, terms }: { readonly provider_id: ProviderId; readonly terms: NumberTerms },
  now: Instant,
): OwnNumber {
  return {
    ...{ id, customer_id: customer.id, provider_id, number, held_number: number },
    ...written,
    status: 'buying',
    t38_enabled: false,
    emergency_enabled: false,
    own: assigned !== null,
    ...terms,
    tm_purchase: now,
    tm_renew: paidUntil(now, 0),
    ...{ tm_create: now, tm_update: now, tm_delete: null },
  };
}

/**
 * The rest of a purchase, from wherever it was left: the rent, the carrier, and then it is the
 * customer's. Each part may be done again, and what cannot be done undoes the parts before it.
 */
async function complete(parts: OfficeParts, row: OwnNumber): Promise<OwnNumber | Refusal> {
  const { store, registry } = parts;
  if (!(await pay(parts, row, 0))) {
    await drop(parts, row);
    return refusal('insufficient_balance', null, NOT_PAID);
  }
  const got = await fromCarrier(parts, row);
  if (got === 'later') return refusal('service_unavailable');
  if (got === 'unavailable') {
    await payBack(parts, row);
    await drop(parts, row);
    return UNAVAILABLE;
  }
  const active = await changed(parts, row, { status: 'active' });
  registry.changed('numbers', row.id);
  // Somebody else finished it at the same time: then it is as they left it.
  const now = active ?? (await store.shelves.numbers.get(row.customer_id, row.id));
  return now?.status === 'active' ? now : UNAVAILABLE;
}

const NOT_PAID = 'The balance does not pay for the first month.';

async function fromCarrier(
  parts: OfficeParts,
  row: OwnNumber,
): Promise<'bought' | 'unavailable' | 'later'> {
  const desk = (await parts.desk.open(row.provider_id))?.numbers;
  // An account that cannot be asked about its numbers is its operator's to see to.
  if (desk === undefined) return row.own ? 'bought' : 'unavailable';
  return asked(parts, row, async () => {
    if (!row.own && (await desk.buy(row.number)) === 'unavailable') return 'unavailable';
    await desk.configure(row.number);
    return 'bought';
  });
}

/** What a carrier that refuses for good comes to, and one that cannot be reached. */
async function asked<Answer>(
  { log }: OfficeParts,
  { id: number_id, provider_id }: OwnNumber,
  ask: () => Promise<Answer>,
): Promise<Answer | 'unavailable' | 'later'> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CarrierError)) throw error;
    log.warn({ number_id, provider_id, error }, 'a carrier did not do as asked with a number');
    return error.retry === 'later' ? 'later' : 'unavailable';
  }
}

async function giveBack(parts: OfficeParts, row: OwnNumber): Promise<OwnNumber | null> {
  const { registry, desk } = parts;
  const leaving =
    row.status === 'releasing' ? row : await changed(parts, row, { status: 'releasing' });
  if (leaving === null) return null;
  registry.changed('numbers', row.id);
  const numbers: NumberDesk | undefined = (await desk.open(row.provider_id))?.numbers;
  const ask = async (): Promise<'done'> => {
    if (!row.own) await numbers?.release(row.number);
    return 'done';
  };
  if ((await asked(parts, row, ask)) === 'later') return leaving;
  return (await drop(parts, leaving)) ?? leaving;
}

async function settleOne(parts: OfficeParts, row: OwnNumber): Promise<void> {
  const { registry, log } = parts;
  try {
    const gone = row.status === 'releasing' || (await registry.customer(row.customer_id)) === null;
    if (gone) await giveBack(parts, row);
    else await complete(parts, row);
  } catch (error) {
    log.error({ number_id: row.id, error }, 'a number could not be settled');
  }
}

async function renew(parts: OfficeParts, until: Instant): Promise<OwnNumber[]> {
  const { numbers } = parts.store;
  const renewed: OwnNumber[] = [];
  let after: OwnNumber | undefined;
  do {
    const due = await numbers.due(until, PAGE, after);
    for (const row of due) {
      const paid = await renewOne(parts, row, until);
      if (paid !== row) renewed.push(paid);
    }
    after = due.at(-1);
  } while (after !== undefined);
  return renewed;
}

/** The number paid for past `until`, as far as the account bears it. */
async function renewOne(parts: OfficeParts, row: OwnNumber, until: Instant): Promise<OwnNumber> {
  let paid = row;
  while (paid.tm_renew <= until) {
    const month = monthFrom(paid.tm_purchase, paid.tm_renew);
    if (!(await pay(parts, paid, month))) {
      const { id: number_id, customer_id } = paid;
      parts.log.warn({ number_id, customer_id, month }, 'the rent of a number cannot be paid');
      return paid;
    }
    const next = await changed(parts, paid, { tm_renew: paidUntil(paid.tm_purchase, month) });
    if (next === null) return paid;
    paid = next;
  }
  return paid;
}

/** Whether a month is paid for. */
async function pay(parts: OfficeParts, row: OwnNumber, month: number): Promise<boolean> {
  const rent = await rentOf(parts, row, month);
  if (row.monthly_micros === 0) return true;
  return rent !== null && (await parts.store.ledger.spend(rentEntry(rent))) !== 'no_funds';
}

async function payBack(parts: OfficeParts, row: OwnNumber): Promise<void> {
  const rent = row.monthly_micros === 0 ? null : await rentOf(parts, row, 0);
  if (rent !== null) await parts.store.ledger.post(rentBackEntry(rent));
}

async function rentOf(
  { registry, clock }: OfficeParts,
  { id, number, customer_id, monthly_micros, price }: OwnNumber,
  month: number,
): Promise<Parameters<typeof rentEntry>[0] | null> {
  const customer = await registry.customer(customer_id);
  if (customer === null) return null;
  return {
    number_id: id,
    ...{ number, month },
    account_id: customer.billing_account_id,
    currency: price.currency,
    amount_micros: monthly_micros,
    at: clock.now(),
  };
}

/** Frees the number for others. */
async function drop(parts: OfficeParts, row: OwnNumber): Promise<OwnNumber | null> {
  const tm_delete = parts.clock.now();
  const gone = await changed(parts, row, { status: 'deleted', held_number: null, tm_delete });
  parts.registry.changed('numbers', row.id);
  return gone;
}

/** Null when somebody else changed it meanwhile. */
async function changed(
  { store, clock }: OfficeParts,
  row: OwnNumber,
  patch: Partial<OwnNumber>,
): Promise<OwnNumber | null> {
  const tm_update = Math.max(clock.now(), row.tm_update + 1) as Instant;
  const next = { ...row, ...patch, tm_update };
  return (await store.shelves.numbers.update(next, row.tm_update)) ? next : null;
}
