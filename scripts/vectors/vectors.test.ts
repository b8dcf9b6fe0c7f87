import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { differences } from './compare.ts';
import type { Failure } from './run.ts';
import { runVectors } from './run.ts';

const FOLDER = join(import.meta.dirname, '../../tests/vectors');
const PROGRAM = join(import.meta.dirname, '../vectors.ts');

function told(failures: readonly Failure[]): string[] {
  return failures.map(
    ({ group, id, differences: differ }) =>
      `${group} ${id} ${differ.map(({ path, got }) => `${path}: ${got}`).join('; ')}`,
  );
}

const fileOf = (name: string): unknown => JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));

describe('the vectors', () => {
  for (const name of readdirSync(FOLDER).filter((each) => each.endsWith('.json')))
    it(`of ${name} hold`, async () => {
      const { passed, failures } = await runVectors(fileOf(name));
      assert.deepEqual(told(failures), []);
      assert.ok(passed > 0);
    });

  it('cover every group that the examples have', () => {
    const groups = (name: string): string[] => Object.keys(fileOf(name) as object);
    const own = ['money.json', 'months.json', 'reservations.json', 'routing.json'].flatMap(groups);
    assert.deepEqual(
      groups('examples.json').filter((group) => !own.includes(group) && group !== 'rules'),
      [],
    );
  });

  it('are refused one expectation at a time', async () => {
    const examples = structuredClone(fileOf('examples.json')) as Record<string, unknown>;
    const { passed } = await runVectors(examples);
    const { passed: left, failures } = await runVectors(spoilt(examples));
    assert.equal(left, 0, 'each claim has been spoilt');
    assert.equal(failures.length, passed);
  });
});

/** The same file with every number of every expectation one higher, and every flag turned. */
function spoilt(value: unknown, inside = false): unknown {
  if (inside && Array.isArray(value) && value.length === 0) return ['one more'];
  if (Array.isArray(value)) return value.map((each) => spoilt(each, inside));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        key,
        EVIDENCE.has(key) ? each : spoilt(each, inside || key === 'expect' || OWN.has(key)),
      ]),
    );
  if (!inside) return value;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return typeof value === 'string' && value !== '' ? `${value}!` : value;
}

/** Tables whose rows are question and answer in one, and what of them is the question. */
const OWN = new Set(['by_sip', 'by_q850_outgoing', 'by_state']);
const EVIDENCE = new Set(['sip', 'text', 'q850', 'name', 'note', 'last_status', 'cause', 'at']);

const MALFORMED: readonly (readonly [string, unknown, RegExp])[] = [
  ['a group nobody knows', { mystery: [] }, /^mystery - : no group is called this$/],
  ['no object', [1, 2], /a vector file is one object/],
  ['a group of another shape', { rating: { id: 'x' } }, /rating - : Malformed: the group is not a/],
  ['a case that is none', { rating: [7] }, /rating #1 : Malformed: the case is not an object/],
  ['no input', { rating: [{ id: 'x', expect: {} }] }, /rating x : Malformed: input is not an/],
  ['no expectation', { rating: [{ id: 'x', input: {} }] }, /rating x : Malformed: expect is miss/],
  ['a missing field', rated({ talk_ms: undefined }), /talk_ms is not a whole number.*: none/],
  ['a fraction of a millisecond', rated({ talk_ms: 0.5 }), /talk_ms is not a whole number.*: 0.5/],
  ['negative talk', rated({ talk_ms: -1 }), /talk_ms is not a whole number.*: -1/],
  ['a block of nothing', rated({ increment_s: 0 }), /increment_s is not a whole number.*: 0/],
  ['an unknown rounding', rated({ rounding: 'sideways' }), /rounding is none of half_up/],
  ['a zone nobody knows', period({ time_zone: 'Mars/Olympus' }), /time_zone is not a time zone/],
  ['a day no calendar has', period({ instant: '2025-02-30T00:00:00Z' }), /instant is not an RFC/],
  ['an unknown event', spent([{ op: 'haggle', call: 'A' }]), /no event is called "haggle"/],
  ['a call nobody authorized', spent([{ op: 'extend', call: 'A' }]), /no call "A" has been auth/],
  ['an empty deck row', { lpm: { deck: [{}], queries: [] } }, /lpm - : Malformed: carrier is not/],
  ['a prefix of letters', deck('1x'), /lpm - : BrokenInvariant: no prefix is 1x/],
  ['an unknown table', { failover_map: { by_moon: [] } }, /there is no table called by_moon/],
  [
    'an unknown cause',
    { failover_map: { by_state: [{ last_status: 'dialing', cause: 'whim' }] } },
    /dialing: whim : Malformed: nothing is known of the cause whim/,
  ],
];

function rated(patch: object): unknown {
  const input = { talk_ms: 1, initial_s: 1, increment_s: 1, rate_per_min_micros: 1, ...patch };
  return { rating: [{ id: 'x', input, expect: { billed_s: 1 } }] };
}

function period(patch: object): unknown {
  const subscribed_at = '2025-01-31T12:00:00Z';
  const input = { subscribed_at, time_zone: 'UTC', instant: subscribed_at, ...patch };
  return { period_of_instant: [{ id: 'x', input, expect: {} }] };
}

function spent(events: object[]): unknown {
  return { reservations: [{ id: 'x', input: { balance_micros: 1, events }, expect: [] }] };
}

function deck(prefix: string): unknown {
  const row = { carrier: 'A', prefix, rate_per_min_micros: 1, initial_s: 1, increment_s: 1 };
  return { lpm: { deck: [row], queries: [] } };
}

describe('a vector file with faults', () => {
  for (const [name, file, says] of MALFORMED)
    it(`is told of ${name}`, async () => {
      const { passed, failures } = await runVectors(file);
      assert.equal(passed, 0);
      assert.equal(failures.length, 1);
      assert.match(told(failures)[0] ?? '', says);
    });

  it('has its good cases counted all the same', async () => {
    const { rating } = rated({}) as { rating: unknown[] };
    const { passed, failures } = await runVectors({ rating: [...rating, 7], mystery: {} });
    assert.deepEqual([passed, failures.length], [1, 2]);
  });
});

describe('npm run vectors', () => {
  const run = (...args: string[]): Promise<[number, string]> =>
    new Promise((tell) => {
      execFile(process.execPath, [PROGRAM, ...args], (error, stdout) => {
        tell([error === null ? 0 : Number(error.code), stdout.trim()]);
      });
    });

  it('counts, names what differs and ends with 1', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tandem-vectors-'));
    const path = join(folder, 'bad.json');
    const bad = { rating: [{ id: 'x', input: {}, expect: {} }], ...(rated({}) as object) };
    await writeFile(path, JSON.stringify({ ...bad, mystery: [] }));
    assert.deepEqual(await run(join(FOLDER, 'examples.json')), [0, '26 passed, 0 failed']);
    const [code, said] = await run(path);
    assert.equal(code, 1);
    assert.match(said, /^mystery -\n {2}\(all\): expected a known shape, got no group/);
    assert.match(said, /\n1 passed, 1 failed$/);
    await rm(folder, { recursive: true });
  });

  it('says what it could not read', async () => {
    for (const path of ['/nowhere.json', PROGRAM]) {
      const [code, said] = await run(path);
      assert.equal(code, 1);
      assert.match(
        said,
        /expected a JSON file, got (Error: ENOENT|not JSON)[^]*\n0 passed, 1 failed$/,
      );
    }
  });

  it('wants a file', async () => {
    assert.deepEqual(await run(), [1, 'usage: npm run vectors -- FILE.json…\n0 passed, 0 failed']);
  });
});

describe('differences', () => {
  it('asks a record for what is expected only, and a map for exactly its keys', () => {
    assert.deepEqual(differences({ a: 1 }, { a: 1, b: 2 }), []);
    assert.equal(
      differences(
        { a: 1 },
        new Map([
          ['a', 1],
          ['b', 2],
        ]),
      ).length,
      1,
    );
    assert.equal(differences({ a: 1 }, new Map()).length, 1);
    assert.equal(differences({ toString: 1 }, {}).length, 1);
  });

  it('takes instants for what they are, and nothing else', () => {
    assert.deepEqual(differences('2025-01-01T00:00:00Z', '2025-01-01T01:00:00.000+01:00'), []);
    assert.equal(differences('2025-01-01', '2025-01-01T00:00:00Z').length, 1);
    assert.equal(differences([1, 2], [1]).length, 1);
    assert.equal(differences(0, -0).length, 1);
    assert.equal(differences('1', 1).length, 1);
  });
});
