import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Address, AddressType } from '../kernel/address.ts';
import type { CustomerId, ProviderId, RouteId } from '../kernel/brand.ts';
import { micros } from '../kernel/money.ts';
import { rollerOf } from '../kernel/random.ts';
import type { Price } from '../calls/call.ts';
import { choose } from './candidates.ts';
import type { Choice } from './candidates.ts';
import type { ProviderIn, Query, Ranking, RouteIn } from './option.ts';
import { REASONS } from './reasons.ts';

const PRICE: Price = {
  currency: 'USD',
  rate_micros_per_minute: micros(10_000),
  connect_fee_micros: micros(0),
  initial_s: 60,
  increment_s: 60,
};
const MINE = 'me' as CustomerId;
const PLATFORM = 'platform' as CustomerId;
/** The providers of every story: three that can do all, and one for each thing that can lack. */
const PROVIDERS: readonly ProviderIn[] = [
  provider('a', 'full'),
  provider('b', 'full'),
  provider('c', 'full'),
  { ...provider('off', 'full'), enabled: false },
  provider('mute', 'bare'),
  provider('lost', 'nowhere'),
];
const CAPABILITIES = new Map([
  ['full', { say: true, gather: true, room: true }],
  ['bare', { say: false, gather: true }],
]);

function provider(name: string, type: string): ProviderIn {
  return { id: `id-${name}` as ProviderId, name, type, enabled: true };
}

/** "r1 mine a 10 +49": id, owner, provider, priority, target; a trailing word breaks the price. */
function route(text: string): RouteIn {
  const [id = '', owner, name, priority, target = '', broken] = text.trim().split(/ +/);
  return {
    id: id as RouteId,
    customer_id: (owner === 'mine' ? MINE : owner) as CustomerId,
    provider_id: `id-${name}` as ProviderId,
    priority: Number(priority),
    target,
    price: broken === undefined ? PRICE : { ...PRICE, increment_s: 0 },
  };
}

function address(target: string, type: AddressType = 'tel'): Address {
  return { type, target, target_name: '', name: '', detail: '' };
}

function query(routes: readonly RouteIn[], rest: Partial<Query> = {}): Query {
  return {
    routes,
    providers: new Map(PROVIDERS.map((one) => [one.id, one])),
    capabilities: CAPABILITIES,
    customer_id: MINE,
    platform_id: PLATFORM,
    destination: address('+4930123456'),
    currency: 'USD',
    needs: [],
    list_unmatched: false,
    ...rest,
  };
}

function told({ candidates, excluded }: Choice): string {
  const chosen = candidates.map(({ route_id }) => route_id).join(' ');
  const out = excluded.map(({ route_id, reason }) => `${route_id}:${reason}`).join(' ');
  return `${chosen} / ${out}`.trim();
}

const STORIES = `
  priority decides, smaller first        | r1 mine a 20 all; r2 mine b 10 all             | r2 r1 /
  own routes come before default ones    | r1 platform a 1 +4930; r2 mine b 9 all         | r2 r1 /
  a finer prefix wins at equal priority  | r1 mine a 5 +49; r2 mine b 5 +4930             | r2 r1 /
  priority beats a finer prefix          | r1 mine a 5 +49; r2 mine b 6 +4930             | r1 r2 /
  all comes last at equal priority       | r1 mine a 5 all; r2 mine b 5 +4                | r2 r1 /
  ids break ties                         | r2 mine a 5 +49; r1 mine b 5 +49               | r1 r2 /
  longest prefix within a provider       | r1 mine a 1 +49; r2 mine a 9 +4930             | r2 / r1:provider_listed_already
  and that route's own priority counts   | r1 mine a 1 +49; r2 mine a 9 +493; r3 mine b 5 all | r3 r2 / r1:provider_listed_already
  own route of a provider hides default  | r1 platform a 1 +4930; r2 mine a 9 all         | r2 / r1:provider_listed_already
  smaller priority of two equal prefixes | r1 mine a 7 +49; r2 mine a 3 +49               | r2 / r1:provider_listed_already
  smaller id of two equal routes         | r2 mine a 3 +49; r1 mine a 3 +49               | r1 / r2:provider_listed_already
  other prefixes are not mentioned       | r1 mine a 1 +44; r2 mine b 2 +49               | r2 /
  the whole number can be a prefix       | r1 mine a 1 +4930123456                        | r1 /
  a longer prefix than the number is not | r1 mine a 1 +49301234567                       | /
  disabled providers are out             | r1 mine off 1 all; r2 mine a 2 all             | r2 / r1:disabled
  unknown providers are out              | r1 mine gone 1 all                             | / r1:provider_missing
  kinds that are not installed are out   | r1 mine lost 1 all                             | / r1:provider_missing
  a price must be chargeable             | r1 mine a 1 all broken; r2 mine b 2 all        | r2 / r1:no_price
  eligible first, finest second          | r1 mine a 1 +4930 broken; r2 mine a 2 +49      | r2 / r1:no_price
  other tenants are never seen           | r1 other a 1 all; r2 mine b 1 all              | r2 /
  no routes, no candidates               |                                                | /
  the first reason counts                | r1 mine off 1 all broken                       | / r1:disabled`;

describe('choose', () => {
  for (const line of STORIES.trim().split('\n')) {
    const [name = '', routes = '', expected = ''] = line.split('|').map((cell) => cell.trim());
    it(name, () => {
      const list = routes === '' ? [] : routes.split(';').map(route);
      assert.equal(told(choose(query(list))), expected);
    });
  }

  it('drops carriers that cannot do what the flow needs, and says what is missing', () => {
    const routes = [route('r1 mine mute 1 all'), route('r2 mine a 2 all')];
    const choice = choose(query(routes, { needs: ['gather', 'say', 'room'] }));
    assert.equal(told(choice), 'r2 / r1:capability');
    assert.equal(choice.excluded[0]?.detail, 'say, room');
    assert.equal(told(choose(query(routes, { needs: ['gather'] }))), 'r1 r2 /');
  });

  it('drops routes priced in another currency than the account', () => {
    const choice = choose(query([route('r1 mine a 1 all')], { currency: 'EUR' }));
    assert.equal(told(choice), '/ r1:no_price');
    assert.equal(choice.excluded[0]?.detail, 'USD for an account in EUR');
  });

  it('routes telephone numbers only', () => {
    const routes = [route('r1 mine a 1 all'), route('r2 mine b 2 +49')];
    const choice = choose(query(routes, { destination: address('a@example.com', 'sip') }));
    assert.equal(told(choice), '/ r1:destination_type r2:destination_type');
    assert.equal(choice.excluded[0]?.detail, 'sip');
  });

  it('lists routes whose prefix does not fit when asked to', () => {
    const routes = [route('r1 mine a 1 +44'), route('r2 mine b 2 +49'), route('r3 other a 1 +1')];
    assert.equal(told(choose(query(routes, { list_unmatched: true }))), 'r2 / r1:prefix');
  });

  it('lets short numbers ride routes for all, or of their own', () => {
    const routes = [route('r1 mine a 1 all'), route('r2 mine b 1 112'), route('r3 mine c 1 +1')];
    assert.equal(told(choose(query(routes, { destination: address('112') }))), 'r2 r1 /');
  });

  it('answers whole candidates: what the call keeps when routes change later', () => {
    const [candidate] = choose(query([route('r1 mine a 1 +49')])).candidates;
    assert.deepEqual(candidate, {
      route_id: 'r1',
      provider_id: 'id-a',
      provider_name: 'a',
      carrier: 'full',
      target: '+49',
      price: PRICE,
    });
  });

  it('takes another ranking, and gives it only what is eligible', () => {
    const backwards: Ranking = (options) =>
      options.toSorted((a, b) => (a.route.id < b.route.id ? 1 : -1));
    const routes = ['r1 mine a 1 all', 'r2 mine off 1 all', 'r3 mine b 9 all'].map(route);
    assert.equal(told(choose(query(routes), backwards)), 'r3 r1 / r2:disabled');
  });

  it('has a sentence for every reason it gives', () => {
    for (const [reason, sentence] of Object.entries(REASONS))
      assert.match(sentence, /^[A-Z].*\.$/, reason);
  });
});

describe('choose, for any routes', () => {
  const RUNS = 800;
  const forEachQuery = (seed: number, check: (asked: Query) => void) => {
    const roll = rollerOf(seed);
    for (let run = 0; run < RUNS; run++) check(query(randomRoutes(roll)));
  };

  it('gives the same bytes whatever the order of the input', () => {
    forEachQuery(21, (asked) => {
      const turned = { ...asked, routes: asked.routes.toReversed() };
      assert.equal(JSON.stringify(choose(turned)), JSON.stringify(choose(asked)));
    });
  });

  it('never reorders the rest when the last candidate goes', () => {
    forEachQuery(22, (asked) => {
      const { candidates } = choose(asked);
      const gone = candidates.at(-1)?.provider_id;
      const routes = asked.routes.filter(({ provider_id }) => provider_id !== gone);
      assert.deepEqual(choose({ ...asked, routes }).candidates, candidates.slice(0, -1));
    });
  });

  it('lists a provider once, and every other matching visible route as excluded', () => {
    forEachQuery(23, (asked) => {
      const { candidates, excluded } = choose({ ...asked, list_unmatched: true });
      const providers = candidates.map(({ provider_id }) => provider_id);
      assert.equal(new Set(providers).size, providers.length);
      const listed = [...candidates, ...excluded].map(({ route_id }) => route_id);
      const visible = asked.routes.filter(({ customer_id }) => customer_id !== 'other');
      assert.deepEqual(listed.toSorted(), visible.map(({ id }) => id).toSorted());
    });
  });
});

function randomRoutes(roll: (below: number) => number): RouteIn[] {
  const pick = (words: string) => words.split(' ')[roll(words.split(' ').length)] ?? '';
  return Array.from({ length: roll(9) }, (_none, place) => {
    const owner = pick('mine mine platform platform other');
    const broken = roll(8) === 0 ? ' broken' : '';
    const target = pick('all +49 +4930 +44 +493012');
    const name = pick('a b c off mute lost gone');
    return route(`r${place} ${owner} ${name} ${roll(3)} ${target}${broken}`);
  });
}
