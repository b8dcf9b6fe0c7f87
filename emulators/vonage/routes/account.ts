import { parseJson } from '../../../kernel/foreign.ts';
import type { Operation, Visit } from '../../web/desk.ts';
import type { Answer } from '../../web/server.ts';
import { own, release } from '../numbers.ts';
import type { Account, Application, Hook, Json, World } from '../state.ts';
import { json, notFound, numberJson, refused } from '../wire.ts';

const BALANCE = 100;
/** The countries numbers can be had in, and how one of them begins. */
const COUNTRIES: Readonly<Record<string, string>> = {
  US: '1212555',
  CA: '1416555',
  GB: '44207946',
  DE: '49301234',
  FR: '33123456',
};
const SUPPLY = 60;

const OK = json(200, { 'error-code': '200', 'error-code-label': 'success' });

function refusal(status: number, label: string): Answer {
  return json(status, { 'error-code': String(status), 'error-code-label': label });
}

/** What belongs to an account: money, numbers, applications. */
export function accountOperations(world: World): Operation<Account>[] {
  return [
    {
      name: 'balance.fetch',
      at: 'GET /account/get-balance',
      act: () => json(200, { value: BALANCE, autoReload: false }),
    },
    { name: 'numbers.search', at: 'GET /number/search', act: (visit) => search(world, visit) },
    { name: 'numbers.list', at: 'GET /account/numbers', act: list },
    {
      name: 'numbers.buy',
      at: 'POST /number/buy',
      act: (visit, account) => buy(world, visit, account),
    },
    { name: 'numbers.cancel', at: 'POST /number/cancel', act: cancel },
    { name: 'numbers.update', at: 'POST /number/update', act: update },
    {
      name: 'applications.fetch',
      at: 'GET /v2/applications/:app',
      act: ({ parts }, { applications }) => {
        const app = applications.get(parts['app'] ?? '');
        return app === undefined ? notFound() : json(200, applicationJson(app));
      },
    },
    { name: 'applications.update', at: 'PUT /v2/applications/:app', act: configure },
  ];
}

function isOwned({ accounts }: World, msisdn: string): boolean {
  return [...accounts.values()].some(({ numbers }) => numbers.has(msisdn));
}

function search(world: World, { query }: Visit): Answer {
  const country = query.get('country') ?? '';
  const head = Object.hasOwn(COUNTRIES, country) ? COUNTRIES[country] : undefined;
  if (head === undefined) return refusal(420, 'country not supported');
  const pattern = query.get('pattern') ?? '';
  const free = Array.from(
    { length: SUPPLY },
    (_each, n) => `${head}${String(200 + n).padStart(4, '0')}`,
  )
    .filter((msisdn) => fits(msisdn, pattern, query.get('search_pattern')))
    .filter((msisdn) => !isOwned(world, msisdn));
  const [size, index] = [Number(query.get('size') ?? 10), Number(query.get('index') ?? 1)];
  const numbers = free.slice((index - 1) * size, index * size).map((msisdn) => ({
    country,
    msisdn,
    type: 'landline',
    features: ['VOICE', 'SMS'],
    cost: '1.00',
  }));
  return json(200, numbers.length === 0 ? {} : { count: free.length, numbers });
}

function fits(msisdn: string, pattern: string, how: string | null): boolean {
  if (how === '1') return msisdn.includes(pattern);
  return how === '2' ? msisdn.endsWith(pattern) : msisdn.startsWith(pattern);
}

function list({ query }: Visit, account: Account): Answer {
  const pattern = query.get('pattern') ?? '';
  const app_id = query.get('application_id');
  const numbers = [...account.numbers.values()]
    .filter(({ msisdn }) => fits(msisdn, pattern, query.get('search_pattern')))
    .filter((each) => app_id === null || each.app_id === app_id)
    .map(numberJson);
  return json(200, numbers.length === 0 ? {} : { count: numbers.length, numbers });
}

function buy(world: World, { body }: Visit, account: Account): Answer {
  const { country = '', msisdn = '' } = Object.fromEntries(new URLSearchParams(body));
  const sold = Object.hasOwn(COUNTRIES, country) && /^\d{7,15}$/.test(msisdn);
  if (!sold || isOwned(world, msisdn)) return refusal(420, 'method failed');
  own(world, account, { msisdn, country, app_id: '' });
  return OK;
}

function cancel({ body }: Visit, account: Account): Answer {
  const number = account.numbers.get(new URLSearchParams(body).get('msisdn') ?? '');
  if (number === undefined) return refusal(420, 'method failed');
  release(account, number);
  return OK;
}

function update({ body }: Visit, account: Account): Answer {
  const fields = Object.fromEntries(new URLSearchParams(body));
  const number = account.numbers.get(fields['msisdn'] ?? '');
  if (number === undefined) return refusal(420, 'method failed');
  number.app_id = fields['app_id'] ?? number.app_id;
  number.fields = { ...number.fields, ...fields };
  return OK;
}

function hookJson(hook: Hook | null): Json {
  return { address: hook?.url ?? '', http_method: hook?.method ?? 'POST' };
}

function applicationJson(app: Application): Json {
  const webhooks = {
    answer_url: hookJson(app.answer),
    fallback_answer_url: hookJson(app.fallback),
    event_url: hookJson(app.event),
  };
  const voice = { webhooks, signed_callbacks: true, region: 'na-east' };
  const keys = { public_key: app.key.export({ type: 'spki', format: 'pem' }) };
  return { id: app.id, name: app.name, keys, capabilities: { voice }, privacy: {}, _links: {} };
}

/** Replaces what an application is: its name and where its calls are answered and told of. */
function configure({ parts, body }: Visit, { applications }: Account): Answer {
  const app = applications.get(parts['app'] ?? '');
  const read = parseJson(body);
  if (app === undefined) return notFound();
  if (!read.ok) return refused(400, 'Bad Request', { detail: 'the body is not JSON' });
  const { name, capabilities } = read.value as { name?: string; capabilities?: Capabilities };
  const hooks = capabilities?.voice?.webhooks ?? {};
  app.name = name ?? app.name;
  app.answer = hookFrom(hooks['answer_url']);
  app.fallback = hookFrom(hooks['fallback_answer_url']);
  app.event = hookFrom(hooks['event_url']);
  return json(200, applicationJson(app));
}

interface Capabilities {
  readonly voice?: { readonly webhooks?: Readonly<Record<string, WireHook | undefined>> };
}
interface WireHook {
  readonly address?: string;
  readonly http_method?: string;
}

function hookFrom(hook: WireHook | undefined): Hook | null {
  const url = hook?.address ?? '';
  return url === '' ? null : { url, method: hook?.http_method === 'GET' ? 'GET' : 'POST' };
}
