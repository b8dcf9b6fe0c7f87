import { OPERATIONS, type Operation } from '../../api/contract.ts';
import { rollerOf } from '../../kernel/random.ts';
import { contractProblem } from '../conformance/contract.ts';
import { checkBody, type Roll, Values } from './fuzz_values.ts';

/** Keys to ask with: an administrator's and a customer's test key. */
export interface FuzzKeys {
  readonly admin: string;
  readonly customer: string;
}

/** What a server did that the contract does not allow, with the request that shows it. */
export interface Finding {
  readonly what: string;
  readonly request: string;
}

export interface FuzzReport {
  readonly count: number;
  readonly findings: readonly Finding[];
  /** How often each status was answered. */
  readonly statuses: ReadonlyMap<number, number>;
}

/** One request; `must_fail` where it breaks the contract by construction. */
interface Attack {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  readonly must_fail: boolean;
}

/** Streams never end, and the clock of the server under test is not ours to move by years. */
const LEFT_OUT = new Set(['streamEvents', 'advanceClock']);
const INTERNALS = /\bat \S+ \(?(file:|node:|\/)|SQLITE_|select .* from |node_modules/i;
const TIMEOUT_MS = 20_000;
const IDS_MAX = 400;

/**
 * Sends `count` requests made from the contract, most of them wrong on purpose, and says what it
 * found: 5xx, undocumented statuses, answers that break their schema, invalid requests accepted,
 * internals told. The same seed asks the same questions of the same server.
 */
export async function fuzz(
  base_url: string,
  keys: FuzzKeys,
  { seed, count }: { readonly seed: number; readonly count: number },
): Promise<FuzzReport> {
  const roll = rollerOf(seed);
  const ids: string[] = [];
  const spared = await ownIds(base_url, keys);
  const findings: Finding[] = [];
  const statuses = new Map<number, number>();
  // What makes things is asked for more often: the rest has something to work on.
  const operations = OPERATIONS.filter(({ id }) => !LEFT_OUT.has(id)).flatMap((operation) =>
    operation.method === 'post' && operation.body_schema !== null
      ? [operation, operation, operation]
      : [operation],
  );
  for (let number = 0; number < count; number += 1) {
    const operation = operations[roll(operations.length)] as Operation;
    const attack = attackOn(operation, { roll, ids, keys });
    // The branch we sit on stays.
    if (attack.method === 'DELETE' && spared.some((id) => attack.path.includes(id))) continue;
    const answer = await sent(base_url, attack).catch(unanswered);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    const what = wrongWith(attack, answer);
    if (what !== null) findings.push({ what, request: JSON.stringify(attack).slice(0, 2_000) });
    for (const [, id] of answer.text.matchAll(/"id":"([0-9a-f-]{36})"/g))
      if (id !== undefined && !ids.includes(id)) ids.push(id);
    ids.splice(0, Math.max(0, ids.length - IDS_MAX));
  }
  return { count, findings, statuses };
}

/** The customer we are and every key there is at the start. */
async function ownIds(base_url: string, keys: FuzzKeys): Promise<string[]> {
  const texts = ['/v1/customer', '/v1/accesskeys?page_size=100'].flatMap((path) =>
    [keys.admin, keys.customer].map(async (key) => {
      const response = await fetch(base_url + path, {
        headers: { authorization: `Bearer ${key}` },
      });
      return response.text();
    }),
  );
  const all = (await Promise.all(texts)).join();
  return [...all.matchAll(/"id":"([0-9a-f-]{36})"/g)].map(([, id]) => id ?? '');
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** A request that is never answered is a finding like any other. */
function unanswered(error: unknown): Answer {
  return { status: 599, type: '', text: String(error) };
}

async function sent(base_url: string, attack: Attack): Promise<Answer> {
  const { method, path, headers, body } = attack;
  const response = await fetch(base_url + path, {
    method,
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === null ? {} : { body }),
  });
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, text: await response.text() };
}

function wrongWith(attack: Attack, answer: Answer): string | null {
  if (answer.status >= 500) return `${answer.status}: ${answer.text.slice(0, 300)}`;
  const against = contractProblem(attack.method, attack.path, answer);
  if (against !== null) return against;
  if (attack.must_fail && answer.status < 400) return `accepted with ${answer.status}`;
  const isError = answer.status >= 400;
  return isError && INTERNALS.test(answer.text) ? `internals: ${answer.text.slice(0, 300)}` : null;
}

interface Means {
  readonly roll: Roll;
  readonly ids: readonly string[];
  readonly keys: FuzzKeys;
}

function attackOn(operation: Operation, means: Means): Attack {
  const { roll, keys } = means;
  const key = operation.admin || roll(4) === 0 ? keys.admin : keys.customer;
  const plain: Attack = {
    method: operation.method.toUpperCase(),
    path: pathOf(operation, means),
    headers: { authorization: `Bearer ${key}` },
    body: null,
    must_fail: false,
  };
  const full = withBody(plain, operation, means);
  return operation.open || roll(2) === 0 ? full : spoiled(full, operation, means);
}

function pathOf({ path, id }: Operation, { roll, ids }: Means): string {
  const known = ids.length > 0 && roll(5) > 0;
  const odd = ['x', '00000000-0000-0000-0000-000000000000', '%00', '..%2f..', "'", '%F0%9F%93%9E'];
  const chosen = known ? ids[roll(ids.length)] : odd[roll(odd.length)];
  const rest = id === 'docsAsset' ? 'page.css' : 'voice/events';
  return path.replace(/\{id\}|\{provider_id\}/, chosen ?? 'x').replace(/\{rest\}|\{asset\}/, rest);
}

function withBody(attack: Attack, operation: Operation, { roll, ids }: Means): Attack {
  const name = operation.body_schema;
  const headers = { ...attack.headers };
  if (operation.method === 'post' && roll(4) === 0)
    headers['idempotency-key'] = `fuzz ${roll(50)} ${operation.id}`;
  if (name === null) return { ...attack, headers };
  const body = new Values(roll, ids).body(name);
  headers['content-type'] = 'application/json';
  return { ...attack, headers, body: JSON.stringify(body) };
}

type Spoil = (attack: Attack, operation: Operation, means: Means) => Attack | null;

/** Ways to break a request; null where one does not fit. */
const SPOILS: readonly Spoil[] = [
  (attack) => ({ ...attack, path: `${attack.path}?colour=red`, must_fail: true }),
  (attack) => ({ ...attack, path: `${attack.path}?page_size=%zz`, must_fail: true }),
  (attack, { query }) =>
    query.has('page_size')
      ? { ...attack, path: `${attack.path}?page_size=0`, must_fail: true }
      : null,
  (attack, { query }) =>
    query.has('page_token')
      ? { ...attack, path: `${attack.path}?page_token=AAAA`, must_fail: true }
      : null,
  (attack) => ({
    ...attack,
    headers: { ...attack.headers, authorization: 'Bearer x' },
    must_fail: true,
  }),
  (attack) => ({ ...attack, path: `${attack.path}/more/of/it`, must_fail: true }),
  (attack) => ({ ...attack, method: 'PATCH', must_fail: true }),
  (attack, { method }) =>
    method === 'post'
      ? {
          ...attack,
          headers: { ...attack.headers, 'idempotency-key': 'x'.repeat(300) },
          must_fail: true,
        }
      : null,
  (attack) => onBody(attack, (text) => text.slice(0, -1)),
  (attack) => onBody(attack, (text) => text.replace('{', '{"__proto__":{"admin":true},')),
  (attack) => onBody(attack, (text) => text.replace('{', '{"status":"hangup","balance":"9",')),
  (attack) => onBody(attack, (text) => `[${text}]`),
  (attack) => onBody(attack, () => 'null'),
  (attack) => onBody(attack, () => `"${'x'.repeat(2_000_000)}"`),
  (attack) =>
    attack.body === null
      ? null
      : {
          ...attack,
          headers: { ...attack.headers, 'content-type': 'text/plain' },
          must_fail: true,
        },
  mutated,
  mutated,
  mutated,
  mutated,
];

function onBody(attack: Attack, change: (text: string) => string): Attack | null {
  return attack.body === null ? null : { ...attack, body: change(attack.body), must_fail: true };
}

/** Puts something wild somewhere inside the body; whether that is wrong, the contract says. */
function mutated(attack: Attack, operation: Operation, { roll }: Means): Attack | null {
  const name = operation.body_schema;
  if (attack.body === null || name === null) return null;
  const body: unknown = JSON.parse(attack.body);
  const places = placesIn(body);
  const place = places[roll(places.length)];
  if (place === undefined) return null;
  const wild = [
    null,
    -1,
    1e308,
    0.5,
    '',
    'x'.repeat(70_000),
    '\ud800',
    [],
    {},
    true,
    [[[]]],
    '${x}',
  ];
  if (roll(4) === 0) Reflect.deleteProperty(place.holder, place.name);
  else place.holder[place.name] = wild[roll(wild.length)];
  const must_fail = checkBody(name)(structuredClone(body)) !== null;
  return { ...attack, body: JSON.stringify(body), must_fail };
}

interface Spot {
  readonly holder: Record<string, unknown>;
  readonly name: string;
}

function placesIn(value: unknown): Spot[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesIn(holder[name])]);
}

function spoiled(attack: Attack, operation: Operation, means: Means): Attack {
  const spoil = SPOILS[means.roll(SPOILS.length)] as Spoil;
  return spoil(attack, operation, means) ?? attack;
}
