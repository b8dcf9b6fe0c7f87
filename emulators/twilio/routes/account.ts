import type { Operation, Visit } from '../../web/desk.ts';
import type { Answer } from '../../web/server.ts';
import { formOf, hookOf } from '../forms.ts';
import { page } from '../pages.ts';
import { type Account, isOver, sid, type Stream, type World } from '../state.ts';
import { openStream } from '../streams.ts';
import { API, dateOf, durationOf, json, notFound, priceOf, refused, streamJson } from '../wire.ts';

const ACCOUNT = `${API}/Accounts/:account`;
const BALANCE = 100;

/** What an account is, holds and has used; and its streams. */
export function accountOperations(world: World): Operation<Account>[] {
  return [
    {
      name: 'accounts.fetch',
      at: `GET ${ACCOUNT}.json`,
      act: (_visit, account) => json(200, accountJson(world, account)),
    },
    {
      name: 'balance.fetch',
      at: `GET ${ACCOUNT}/Balance.json`,
      act: (_visit, account) =>
        json(200, { account_sid: account.sid, balance: balanceOf(account), currency: 'USD' }),
    },
    {
      name: 'usage.list',
      at: `GET ${ACCOUNT}/Usage/Records.json`,
      act: (visit, account) => page(visit, 'usage_records', [usageJson(world, visit, account)]),
    },
    {
      name: 'usage.daily',
      at: `GET ${ACCOUNT}/Usage/Records/Daily.json`,
      act: (visit, account) => page(visit, 'usage_records', [usageJson(world, visit, account)]),
    },
    ...(['Streams', 'Siprec'] as const).flatMap((folder) => [
      {
        name: 'streams.create',
        at: `POST ${ACCOUNT}/Calls/:call/${folder}.json`,
        act: (visit: Visit, account: Account) => create(world, visit, account),
      },
      {
        name: 'streams.update',
        at: `POST ${ACCOUNT}/Calls/:call/${folder}/:stream.json`,
        act: stop,
      },
    ]),
  ];
}

function accountJson(world: World, { sid: account_sid }: Account): Record<string, unknown> {
  const now = dateOf(world.clock.now());
  const uri = `${API}/Accounts/${account_sid}.json`;
  const friendly_name = 'Emulated account';
  const facts = { friendly_name, status: 'active', type: 'Full', uri };
  return { sid: account_sid, owner_account_sid: account_sid, ...facts, date_created: now };
}

function balanceOf({ calls }: Account): string {
  const spent = [...calls.values()]
    .filter(isOver)
    .reduce((sum, each) => sum + Number(priceOf(each)), 0);
  return (BALANCE + spent).toFixed(5);
}

function usageJson(world: World, visit: Visit, account: Account): Record<string, unknown> {
  const over = [...account.calls.values()].filter(isOver);
  const minutes = over.reduce((sum, each) => sum + Math.ceil(durationOf(each) / 60), 0);
  const today = new Date(world.clock.now()).toISOString().slice(0, 10);
  return {
    account_sid: account.sid,
    api_version: '2010-04-01',
    as_of: new Date(world.clock.now()).toISOString(),
    category: visit.query.get('Category') ?? 'calls',
    count: String(over.length),
    count_unit: 'calls',
    description: 'Voice Minutes',
    start_date: visit.query.get('StartDate') ?? today,
    end_date: visit.query.get('EndDate') ?? today,
    price: String(-over.reduce((sum, each) => sum + Number(priceOf(each)), 0)),
    price_unit: 'usd',
    subresource_uris: {},
    uri: visit.target,
    usage: String(minutes),
    usage_unit: 'minutes',
  };
}

/** A stream beside the call, one way; or a copy to a SIP recorder, which is only noted. */
function create(world: World, visit: Visit, account: Account): Answer {
  const call = account.calls.get(visit.parts['call'] ?? '');
  if (call === undefined) return notFound(visit.path);
  if (isOver(call) || call.tm_answered === null)
    return refused(400, 21220, 'Call is not in-progress.');
  const form = formOf(visit);
  if (visit.path.endsWith('/Siprec.json')) {
    const stream: Stream = {
      sid: sid(world, 'SR'),
      kind: 'siprec',
      call,
      name: form.get('Name') ?? '',
      tm_updated: world.clock.now(),
      status: 'in-progress',
      stop: () => void (stream.status = 'stopped'),
    };
    account.streams.set(stream.sid, stream);
    return json(200, streamJson(stream));
  }
  const url = form.get('Url') ?? '';
  if (!/^wss?:\/\//.test(url)) return refused(400, 21205, `Url is not a valid URL: ${url}`);
  const { stream } = openStream(world, {
    call,
    url,
    name: form.get('Name') ?? '',
    track: form.get('Track') ?? 'inbound_track',
    two_way: false,
    parameters: parametersOf(form),
    report: hookOf(form, 'StatusCallback'),
  });
  return json(200, streamJson(stream));
}

function parametersOf(form: URLSearchParams): Record<string, string> {
  const names = [...form].filter(([field]) => /^Parameter\d+\.Name$/.test(field));
  return Object.fromEntries(
    names.map(([field, name]) => [name, form.get(field.replace('.Name', '.Value')) ?? '']),
  );
}

function stop(visit: Visit, account: Account): Answer {
  const stream = account.streams.get(visit.parts['stream'] ?? '');
  if (stream === undefined || stream.call.sid !== visit.parts['call']) return notFound(visit.path);
  if (formOf(visit).get('Status') !== 'stopped') return refused(400, 20001, 'Status is stopped');
  stream.stop();
  return json(200, streamJson(stream));
}
