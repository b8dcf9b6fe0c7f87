import type { Operation, Visit } from '../../web/desk.ts';
import type { Answer } from '../../web/server.ts';
import { faultOfCall, faultOfDocument, formOf, hookOf, orderOf, statusHookOf } from '../forms.ts';
import { hangUp, limitTime, makeCall, queueCall } from '../lifecycle.ts';
import { page } from '../pages.ts';
import { type Account, type Call, isOver, type World } from '../state.ts';
import { API, callJson, json, type Json, notFound, refused } from '../wire.ts';

const ACCOUNT = `${API}/Accounts/:account`;
const NOT_LIVE = refused(400, 21220, 'Call is not in-progress. Cannot redirect.');

/** Whether a call's price is known by now. */
function isPriced({ clock, settings }: World, { tm_ended }: Call): boolean {
  return tm_ended !== null && clock.now() - tm_ended >= settings.price_after_ms;
}

/** The operations of the Call resource. */
export function callOperations(world: World): Operation<Account>[] {
  const show = (call: Call): Json => callJson(call, isPriced(world, call));
  const calls = `${ACCOUNT}/Calls`;
  const call = `${calls}/:call`;
  return [
    {
      name: 'calls.create',
      at: `POST ${calls}.json`,
      act: (visit, account) => create(world, visit, account),
    },
    {
      name: 'calls.list',
      at: `GET ${calls}.json`,
      act: (visit, account) => page(visit, 'calls', list(world, visit, account).map(show)),
    },
    { name: 'calls.fetch', at: `GET ${call}.json`, act: one((_visit, it) => json(200, show(it))) },
    {
      name: 'calls.update',
      at: `POST ${call}.json`,
      act: one((visit, it) => update(world, visit, it) ?? json(200, show(it))),
    },
    { name: 'calls.remove', at: `DELETE ${call}.json`, act: one((_visit, it) => remove(it)) },
    {
      name: 'calls.events',
      at: `GET ${call}/Events.json`,
      act: one((visit, it) => page(visit, 'events', it.events)),
    },
  ];
}

function one(act: (visit: Visit, call: Call) => Answer): Operation<Account>['act'] {
  return (visit, account) => {
    const call = account.calls.get(visit.parts['call'] ?? '');
    return call === undefined ? notFound(visit.path) : act(visit, call);
  };
}

function create(world: World, visit: Visit, account: Account): Answer {
  const form = formOf(visit);
  const fault = faultOfCall(form, true);
  if (fault !== null) return fault;
  const call = makeCall(world, {
    account,
    direction: 'outbound-api',
    from: form.get('From') ?? '',
    to: form.get('To') ?? '',
    parent_sid: null,
    order: orderOf(form),
  });
  queueCall(world, call);
  return json(201, callJson(call, false));
}

function list(world: World, { query }: Visit, account: Account): Call[] {
  const { clock, settings } = world;
  const newest = clock.now() - settings.list_lag_ms;
  const wanted = (name: string, value: string | null): boolean => {
    const asked = query.get(name);
    return asked === null || asked === value;
  };
  return [...account.calls.values()]
    .filter((call) => call.tm_created <= newest)
    .filter((call) => wanted('To', call.to) && wanted('From', call.from))
    .filter((call) => wanted('ParentCallSid', call.parent_sid))
    .filter((call) => wanted('Status', call.status === 'initiated' ? 'queued' : call.status))
    .filter((call) => isWithin(query, 'StartTime', call.tm_started))
    .filter((call) => isWithin(query, 'EndTime', call.tm_ended))
    .toReversed();
}

/** Whether a moment lies where the filter wants it; without a moment it lies nowhere. */
function isWithin(query: URLSearchParams, name: string, at: number | null): boolean {
  const [day, before, after] = ['', '<', '>'].map((sign) => query.get(name + sign));
  if (day == null && before == null && after == null) return true;
  if (at === null) return false;
  if (before != null && at > Date.parse(before)) return false;
  if (after != null && at < Date.parse(after)) return false;
  return day == null || new Date(at).toISOString().startsWith(day.slice(0, 10));
}

/** Null when the change was made. */
function update(world: World, visit: Visit, call: Call): Answer | null {
  const form = formOf(visit);
  const status = form.get('Status');
  if (isOver(call)) return NOT_LIVE;
  if (status !== null) return changeStatus(world, call, status);
  const hook = statusHookOf(form, 'StatusCallback', ['completed']);
  if (hook !== null)
    call.status_hook = { ...hook, events: call.status_hook?.events ?? hook.events };
  const limit = form.get('TimeLimit');
  if (limit !== null) limitTime(call, Number(limit));
  if (form.get('Url') === null && form.get('Twiml') === null) return null;
  if (call.tm_answered === null && call.direction !== 'inbound') return NOT_LIVE;
  const fault = faultOfDocument(form);
  if (fault !== null) return fault;
  const document = {
    hook: hookOf(form, 'Url', 'Method'),
    twiml: form.get('Twiml'),
    tag: 'update',
    params: {},
  };
  world.perform(call, document);
  return null;
}

function changeStatus(world: World, call: Call, status: string): Answer | null {
  if (status !== 'canceled' && status !== 'completed')
    return refused(400, 21220, `Invalid status: ${status}`);
  const answered = call.tm_answered !== null;
  if (status === 'canceled' && answered) return NOT_LIVE;
  const named = status === 'completed' ? world.settings.completed_while_ringing : 'canceled';
  hangUp(world, call, answered ? null : named);
  return null;
}

function remove(call: Call): Answer {
  if (!isOver(call)) return refused(409, 20009, 'A call that is not over cannot be deleted');
  call.account.calls.delete(call.sid);
  return { status: 204 };
}
