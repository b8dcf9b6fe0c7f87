import type { Operation, Visit } from '../../web/desk.ts';
import type { Answer } from '../../web/server.ts';
import { formOf } from '../forms.ts';
import { own, release } from '../numbers.ts';
import { page } from '../pages.ts';
import type { Account, OwnedNumber, World } from '../state.ts';
import { API, availableJson, json, notFound, numberJson, refused } from '../wire.ts';

const ACCOUNT = `${API}/Accounts/:account`;
const OWNED = `${ACCOUNT}/IncomingPhoneNumbers`;
const FREE = `${ACCOUNT}/AvailablePhoneNumbers`;

/** The countries numbers can be had in: their prefix, and how many digits follow it. */
const COUNTRIES: Readonly<Record<string, readonly [string, number]>> = {
  US: ['+1', 10],
  CA: ['+1', 10],
  GB: ['+44', 10],
  DE: ['+49', 10],
  FR: ['+33', 9],
};
const KINDS: Readonly<Record<string, string>> = { Local: '212', Mobile: '917', TollFree: '800' };
const SUPPLY = 60;

/** The operations of numbers: search, buy, configure, release. */
export function numberOperations(world: World): Operation<Account>[] {
  return [
    ...searches(world),
    {
      name: 'numbers.list',
      at: `GET ${OWNED}.json`,
      act: (visit, account) => page(visit, 'incoming_phone_numbers', list(visit, account)),
    },
    {
      name: 'numbers.create',
      at: `POST ${OWNED}.json`,
      act: (visit, account) => buy(world, visit, account),
    },
    {
      name: 'numbers.fetch',
      at: `GET ${OWNED}/:number.json`,
      act: named((_visit, number) => json(200, numberJson(number))),
    },
    {
      name: 'numbers.update',
      at: `POST ${OWNED}/:number.json`,
      act: named((visit, number) => {
        number.fields = { ...number.fields, ...Object.fromEntries(formOf(visit)) };
        number.tm_updated = world.clock.now();
        return json(200, numberJson(number));
      }),
    },
    {
      name: 'numbers.remove',
      at: `DELETE ${OWNED}/:number.json`,
      act: named((_visit, number) => {
        release(number);
        return { status: 204 };
      }),
    },
  ];
}

function named(act: (visit: Visit, number: OwnedNumber) => Answer): Operation<Account>['act'] {
  return (visit, account) => {
    const number = account.numbers.get(visit.parts['number'] ?? '');
    return number === undefined ? notFound(visit.path) : act(visit, number);
  };
}

function searches(world: World): Operation<Account>[] {
  return [
    {
      name: 'numbers.countries',
      at: `GET ${FREE}.json`,
      act: (visit, account) =>
        page(
          visit,
          'countries',
          Object.keys(COUNTRIES).map((code) => countryJson(code, account)),
        ),
    },
    {
      name: 'numbers.search',
      at: `GET ${FREE}/:country/:kind.json`,
      act: (visit) => search(world, visit),
    },
  ];
}

function countryJson(code: string, account: Account): Record<string, unknown> {
  const uri = `${API}/Accounts/${account.sid}/AvailablePhoneNumbers/${code}`;
  return {
    country_code: code,
    country: code,
    uri: `${uri}.json`,
    beta: false,
    subresource_uris: { local: `${uri}/Local.json`, mobile: `${uri}/Mobile.json` },
  };
}

/** Numbers nobody owns yet, the same ones every time. */
function search(world: World, visit: Visit): Answer {
  const { country = '', kind = '' } = visit.parts;
  const plan = Object.hasOwn(COUNTRIES, country) ? COUNTRIES[country] : undefined;
  const head = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (plan === undefined || head === undefined) return notFound(visit.path);
  const contains = visit.query.get('Contains')?.replace(/[^0-9]/g, '') ?? '';
  const area = visit.query.get('AreaCode') ?? head;
  const free = Array.from({ length: SUPPLY }, (_each, n) => numberAt(plan, area, n))
    .filter((number) => number.includes(contains))
    .filter((number) => !isOwned(world, number));
  const numbers = free.map((number) => availableJson(number, country));
  return page(visit, 'available_phone_numbers', numbers);
}

function numberAt([prefix, digits]: readonly [string, number], area: string, n: number): string {
  return (
    prefix +
    area +
    String(5_550_200 + n)
      .slice(-(digits - area.length))
      .padStart(digits - area.length, '0')
  );
}

function isOwned({ accounts }: World, phone_number: string): boolean {
  return [...accounts.values()].some(({ numbers }) =>
    [...numbers.values()].some((each) => each.phone_number === phone_number),
  );
}

function list({ query }: Visit, account: Account): Record<string, unknown>[] {
  const [exact, name] = [query.get('PhoneNumber'), query.get('FriendlyName')];
  return [...account.numbers.values()]
    .filter((each) => exact === null || each.phone_number.includes(exact))
    .map(numberJson)
    .filter((each) => name === null || each['friendly_name'] === name);
}

function buy(world: World, visit: Visit, account: Account): Answer {
  const { PhoneNumber = '', AreaCode = '', ...fields } = Object.fromEntries(formOf(visit));
  const wanted =
    PhoneNumber === '' && AreaCode !== '' ? numberAt(['+1', 10], AreaCode, 0) : PhoneNumber;
  if (wanted === '') return refused(400, 21404, 'PhoneNumber or AreaCode is required');
  if (!/^\+[1-9]\d{6,14}$/.test(wanted) || isOwned(world, wanted))
    return refused(400, 21422, `${wanted} is not available.`);
  return json(201, numberJson(own(world, account, [wanted, fields])));
}
