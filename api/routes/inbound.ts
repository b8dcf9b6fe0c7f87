import { presetInbound } from '../../engine/inbound_preset.ts';
import { refusedJson } from '../../engine/refused_book.ts';
import type { CallerRule, InboundConfig, RuleId } from '../../store/numbers.ts';
import type { RefusedFilter } from '../../store/arrivals.ts';
import type { Desk } from '../desk.ts';
import { given, listed, scopeOf } from '../lists.ts';
import { answer, NOT_FOUND, refuse, type Serve } from '../operation.ts';
import { CONFLICT, dates, datesJson, deleted, idOf, replaced, stored } from '../shelving.ts';

/** Every call looks through all rules of its customer. */
const RULES_MAX = 1_000;
const TOO_MANY = `a customer has at most ${RULES_MAX} caller rules`;

export const createCallerRule: Serve<'createCallerRule'> = async (ask, desk) => {
  const { customer_id } = ask;
  if ((await desk.customer(customer_id)) === null) return refuse('not_found', 'customer_id');
  const { caller_rules } = desk.store.shelves;
  const row: CallerRule = {
    id: idOf(ask, 'caller_rule') as RuleId,
    customer_id,
    ...ask.body,
    ...dates(desk),
  };
  const known = await caller_rules.get(customer_id, row.id);
  if (known === null && (await caller_rules.all(customer_id)).length >= RULES_MAX)
    return refuse('limit_reached', null, TOO_MANY);
  const outcome = await stored(caller_rules, row, ruleJson);
  desk.exchange.changed('inbound', row.id);
  return outcome;
};

export const listCallerRules: Serve<'listCallerRules'> = (ask, { store }) =>
  listed(ask.query, (page) => store.shelves.caller_rules.list(scopeOf(ask), {}, page), ruleJson);

export const getCallerRule: Serve<'getCallerRule'> = async (ask, { store }) => {
  const row = await store.shelves.caller_rules.get(scopeOf(ask), ask.id);
  return row === null ? NOT_FOUND : answer(ruleJson(row));
};

export const replaceCallerRule: Serve<'replaceCallerRule'> = async (ask, desk) => {
  const { caller_rules } = desk.store.shelves;
  const was = await caller_rules.get(scopeOf(ask), ask.id);
  if (was === null) return NOT_FOUND;
  const row = await replaced(caller_rules, { ...was, ...ask.body }, desk);
  if (row === null) return CONFLICT;
  desk.exchange.changed('inbound', row.id);
  return answer(ruleJson(row));
};

export const deleteCallerRule: Serve<'deleteCallerRule'> = async (ask, desk) => {
  const row = await deleted(desk.store.shelves.caller_rules, scopeOf(ask), { id: ask.id, desk });
  if (row === null) return NOT_FOUND;
  desk.exchange.changed('inbound', row.id);
  return answer(ruleJson(row));
};

function ruleJson(row: CallerRule): object {
  const { id, customer_id, action, pattern, detail } = row;
  return { id, customer_id, action, pattern, detail, ...datesJson(row) };
}

export const getInboundConfig: Serve<'getInboundConfig'> = async ({ customer_id: id }, desk) => {
  if ((await desk.customer(id)) === null) return refuse('not_found', 'customer_id');
  const row = await desk.store.shelves.inbound_configs.get(id, id);
  return answer(configJson(row ?? presetInbound(id)));
};

export const replaceInboundConfig: Serve<'replaceInboundConfig'> = async (ask, desk) => {
  const { customer_id: id, body } = ask;
  if ((await desk.customer(id)) === null) return refuse('not_found', 'customer_id');
  const row = await keptConfig({ id, customer_id: id, ...body, ...dates(desk) }, desk);
  if (row === null) return CONFLICT;
  desk.exchange.changed('inbound', id);
  return answer(configJson(row));
};

/** Null when somebody else changed it at the same time. */
async function keptConfig(row: InboundConfig, desk: Desk): Promise<InboundConfig | null> {
  const { inbound_configs } = desk.store.shelves;
  const was = await inbound_configs.get(row.customer_id, row.id);
  if (was === null) return (await inbound_configs.insert(row)) ? row : null;
  const { tm_create, tm_update } = was;
  return replaced(inbound_configs, { ...row, tm_create, tm_update }, desk);
}

function configJson(row: InboundConfig): object {
  const { customer_id, verification, own_number, parallel_max } = row;
  return { customer_id, verification, own_number, parallel_max };
}

export const listRefusedCalls: Serve<'listRefusedCalls'> = (ask, { store }) => {
  const { reason, source, destination } = ask.query;
  const filter = given<RefusedFilter>({ reason, source, destination });
  return listed(
    ask.query,
    (page) => store.arrivals.refused(scopeOf(ask), filter, page),
    refusedJson,
  );
};

export const getRefusedCall: Serve<'getRefusedCall'> = async (ask, { store }) => {
  const row = await store.arrivals.refusedOne(scopeOf(ask), ask.id);
  return row === null ? NOT_FOUND : answer(refusedJson(row));
};
