import { totalsOf } from '../../billing/invoice_totals.ts';
import type { Debt, Settlement } from '../../billing/overdue.ts';
import { mayPlaceCall, standingOf, termsOf } from '../../billing/overdue.ts';
import { textOfDate } from '../../kernel/calendar.ts';
import { rfc3339 } from '../../kernel/instant.ts';
import type { Fields } from './fields.ts';
import {
  anyWhole,
  fieldsOf,
  flagOf,
  isFields,
  listOf,
  moneyOf,
  textOf,
  timeOf,
  wholeOf,
} from './fields.ts';
import { placeOf } from './fields.ts';
import { cases } from './group.ts';

export const invoice_totals = cases((input) =>
  totalsOf({
    line_micros: listOf(input['line_micros'], 'line_micros').map((line) =>
      moneyOf({ line }, 'line'),
    ),
    tax_rates_ppm: listOf(input['tax_rates_ppm'] ?? [], 'tax_rates_ppm').map((ppm) =>
      wholeOf({ ppm }, 'ppm'),
    ),
    minor_digits: wholeOf(input, 'currency_minor_digits'),
  }),
);

/** The moments at which an invoice is looked at stand with what is expected of them. */
export const overdue = cases((input, expected) => {
  const terms = termsOf(timeOf(input, 'issued_at'), wholeOf(input, 'net_days'), placeOf(input));
  const debt: Debt = {
    total_minor: anyWhole(input, 'total_minor'),
    tm_overdue: terms.tm_overdue,
    settlements: listOf(input['settlements'] ?? [], 'settlements').map(settlementIn),
  };
  const checks = isFields(expected) ? listOf(expected['checks'] ?? [], 'checks') : [];
  return {
    due_local_date: textOfDate(terms.due_date),
    overdue_from: rfc3339(terms.tm_overdue),
    checks: checks.map((check) => checkAt(debt, fieldsOf(check, 'a check'))),
  };
});

/** What takes a payment back. */
const BACK = /refund|revers|chargeback|bounce/;

function settlementIn(value: unknown): Settlement {
  const fields = fieldsOf(value, 'a settlement');
  const kind = textOf(fields, 'kind', textOf(fields, 'type', 'payment'));
  const name = ['minor', 'amount'].find((each) => each in fields) ?? 'amount_minor';
  const amount = anyWhole(fields, name);
  return { at: timeOf(fields, 'at'), amount_minor: BACK.test(kind) ? -Math.abs(amount) : amount };
}

function checkAt(debt: Debt, check: Fields): object {
  const at = timeOf(check, 'at');
  const emergency = flagOf(check, 'emergency', false);
  const standing = standingOf(debt, at);
  return {
    at: rfc3339(at),
    ...standing,
    emergency,
    outgoing_call_allowed: mayPlaceCall(standing, emergency),
    // No debt keeps anybody from being called (B81).
    incoming_call_allowed: true,
  };
}
