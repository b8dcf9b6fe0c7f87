import { adding, deleting, insertInto, updating, upsertInto } from './statement.ts';
import type { Shape } from './statement.ts';

/** Every statement on the path of a call, by what it does. Arguments follow the columns' order. */

export const EVENT_IN = insertInto(
  'events',
  ['subject_id', 'id', 'customer_id', 'n', 'at', 'type', 'fact', 'notices'],
  ['subject_id', 'id'],
);

export const CALL_IN = insertInto('calls', [
  'id',
  'version',
  'status',
  'wake_at',
  'live',
  'answered',
  'charged',
  'doc',
]);
export const FACTS_IN = insertInto('call_facts', [
  'id',
  'customer_id',
  'account_id',
  'activeflow_id',
  'master_call_id',
  'direction',
  'source',
  'destination',
  'hold_account_id',
  'hold_micros',
  'tm_create',
  'doc',
  'program',
]);
export const RUN_IN = insertInto('runs', ['call_id', 'doc'], ['call_id']);

/** A step of a call that goes on. Its index of live calls is left alone. */
export const CALL_MOVE = updating(
  'calls',
  'version = ?, status = ?, wake_at = ?, answered = ?, doc = ? where id = ? and version = ?',
  5,
);
/** The same where the moment to wake has not changed, which spares an index. */
export const CALL_STAY = updating(
  'calls',
  'version = ?, status = ?, answered = ?, doc = ? where id = ? and version = ?',
  4,
);
export const CALL_END = updating(
  'calls',
  'version = ?, status = ?, wake_at = ?, answered = ?, doc = ?, live = null ' +
    'where id = ? and version = ?',
  5,
);
export const FACTS_SET = updating('call_facts', 'doc = ?, master_call_id = ? where id = ?', 2);
export const RUN_SET = updating('runs', 'doc = ? where call_id = ?', 1);

export const ORDER_IN = insertInto(
  'outbox',
  ['call_id', 'id', 'customer_id', 'node', 'at', 'doc'],
  ['call_id', 'id'],
);
export const ORDER_OUT = deleting('outbox', 'call_id = ? and id = ?');

/** The leg a carrier brings: whoever comes second with it changes nothing. */
export const ATTEMPT_IN = insertInto('attempts', [
  'id',
  'call_id',
  'customer_id',
  'provider_id',
  'number',
  'status',
  'tm_create',
]);
export const WAY_IN = insertInto(
  'live_ways',
  ['call_id', 'source', 'destination', 'direction', 'hops'],
  ['call_id'],
);
export const WAY_OUT = deleting('live_ways', 'call_id = ?');
export const ATTEMPT_SET = upsertInto(
  'attempts',
  [
    'id',
    'call_id',
    'customer_id',
    'provider_id',
    'number',
    'status',
    'cause',
    'sip_code',
    'q850',
    'tm_create',
    'tm_ringing',
    'tm_answer',
    'tm_end',
  ],
  ['status', 'cause', 'sip_code', 'q850', 'tm_ringing', 'tm_answer', 'tm_end'],
);

export const DELIVERY_IN = insertInto('deliveries', [
  'id',
  'endpoint_id',
  'customer_id',
  'order_key',
  'sequence',
  'subject_id',
  'event_id',
  'notice_id',
  'notice_type',
  'status',
  'tries',
  'next_at',
  'node',
  'pending_node',
  'tm_create',
]);
export const DELIVERY_SET = updating(
  'deliveries',
  'status = ?, tries = ?, next_at = ?, pending_node = ? where id = ? and node = ?',
  4,
);
export const DELIVERY_TAKE = updating(
  'deliveries',
  'status = ?, tries = ?, next_at = ?, node = ?, pending_node = ? where id = ?',
  5,
);

export const GROUP_IN = insertInto('call_groups', [
  'id',
  'kind',
  'customer_id',
  'parent_id',
  'reference_id',
  'version',
  'status',
  'live',
  'wake_at',
  'tm_create',
  'tm_delete',
  'doc',
]);
export const GROUP_MOVE = updating(
  'call_groups',
  'version = ?, status = ?, live = ?, wake_at = ?, tm_delete = ?, doc = ? ' +
    'where id = ? and version = ?',
  6,
);
export const MEMBER_SET = upsertInto(
  'group_members',
  ['id', 'group_id', 'kind', 'customer_id', 'call_id', 'status', 'tm_create', 'tm_update', 'doc'],
  ['status', 'tm_update', 'doc'],
);

export const NAME_IN = insertInto(
  'group_names',
  ['customer_id', 'kind', 'name', 'group_id'],
  ['customer_id', 'kind', 'name'],
);
export const NAME_OUT = deleting(
  'group_names',
  'customer_id = ? and kind = ? and name = ? and group_id = ?',
);

/** One conditional statement, never read-then-write: parallel holds cannot overdraw (DESIGN §5). */
export const HOLD = adding(
  'accounts',
  'held_micros = held_micros + ? where id = ? and tm_delete is null ' +
    'and balance_micros + credit_limit_micros - held_micros >= ?',
  1,
);
/** The same hold as the call's own row keeps it. */
export const HOLD_MORE = updating('call_facts', 'hold_micros = hold_micros + ? where id = ?', 1);
export const HOLD_END = updating('calls', 'charged = 1 where id = ? and charged = 0', 0);
export const ACCOUNT_MOVE = adding(
  'accounts',
  'held_micros = held_micros - ?, balance_micros = balance_micros + ? where id = ?',
  2,
);
export const POSTING_IN = insertInto(
  'postings',
  ['entry_id', 'line', 'book', 'account_id', 'amount_micros', 'currency', 'at', 'detail'],
  ['entry_id', 'line'],
);
export const BILLING_IN = insertInto('billings', [
  'id',
  'customer_id',
  'account_id',
  'call_id',
  'reference_type',
  'talk_ms',
  'billed_s',
  'amount_micros',
  'price',
  'provider_id',
  'tm_billing_start',
  'tm_billing_end',
  'tm_create',
  'tm_update',
  'tm_delete',
]);

/**
 * The order in which a batch goes through the tables. Accounts come last: many calls share one, and
 * its row is locked from here to the commit.
 */
export const SHAPES_IN_ORDER: readonly Shape[] = [
  ATTEMPT_IN,
  EVENT_IN,
  CALL_IN,
  FACTS_IN,
  RUN_IN,
  CALL_MOVE,
  CALL_STAY,
  CALL_END,
  HOLD_END,
  RUN_SET,
  FACTS_SET,
  HOLD_MORE,
  GROUP_IN,
  GROUP_MOVE,
  NAME_IN,
  NAME_OUT,
  MEMBER_SET,
  ORDER_IN,
  ORDER_OUT,
  ATTEMPT_SET,
  WAY_IN,
  WAY_OUT,
  DELIVERY_IN,
  DELIVERY_SET,
  DELIVERY_TAKE,
  BILLING_IN,
  POSTING_IN,
  HOLD,
  ACCOUNT_MOVE,
];
