import { cycleFrom, endDateOf, periodAt, periodOf, periodsToInvoice } from '../../billing/cycle.ts';
import type { Cycle } from '../../billing/cycle.ts';
import { planChange, prorated } from '../../billing/proration.ts';
import { textOfDate } from '../../kernel/calendar.ts';
import { rfc3339 } from '../../kernel/instant.ts';
import type { Fields } from './fields.ts';
import { anyWhole, dayOf, placeOf, timeOf, wholeOf } from './fields.ts';
import { cases } from './group.ts';

function cycleIn(input: Fields): Cycle {
  return cycleFrom(timeOf(input, 'subscribed_at'), placeOf(input));
}

export const anniversaries = cases((input) => {
  const cycle = cycleIn(input);
  const indexes = Array.from({ length: wholeOf(input, 'count') }, (_none, index) => index);
  return {
    anchor_local_date: textOfDate(cycle.anchor),
    boundary_local_dates: indexes.map((index) => textOfDate(endDateOf(cycle, index))),
    boundaries_utc: indexes.map((index) => rfc3339(periodOf(cycle, index).end)),
  };
});

export const period_of_instant = cases((input) => {
  const period = periodAt(cycleIn(input), timeOf(input, 'instant'));
  return {
    period_index: period?.index ?? null,
    period_start: rfc3339(period?.start ?? null),
    period_end: rfc3339(period?.end ?? null),
  };
});

export const billing_run_catch_up = cases((input) => {
  const last = anyWhole(input, 'last_invoiced_period_index', -1);
  const grace_ms = wholeOf(input, 'grace_s', { otherwise: 0 }) * 1000;
  const due = periodsToInvoice(cycleIn(input), last, { now: timeOf(input, 'now'), grace_ms });
  return { invoices_for_period_index: due.map(({ index }) => index) };
});

export const proration = cases((input) => {
  const period = { start: dayOf(input, 'period_start'), end: dayOf(input, 'period_end') };
  return 'change_date' in input ? changeIn(input, period) : partIn(input, period);
});

type Days = Parameters<typeof prorated>[1];

function partIn(input: Fields, period: Days): object {
  const used = {
    start: dayOf(input, 'from_' in input ? 'from_' : 'from'),
    end: dayOf(input, 'to'),
  };
  const part = prorated(anyWhole(input, 'monthly_fee_minor'), period, used);
  return { ...part, amount_minor: part.amount };
}

function changeIn(input: Fields, period: Days): object {
  const old_fee = anyWhole(input, 'old_fee_minor');
  const new_fee = anyWhole(input, 'new_fee_minor');
  const change = planChange({ old_fee, new_fee }, period, dayOf(input, 'change_date'));
  return {
    old_used_minor: change.old_used,
    old_credit_minor: change.old_credit,
    new_charge_minor: change.new_charge,
    net_minor: change.net,
  };
}
