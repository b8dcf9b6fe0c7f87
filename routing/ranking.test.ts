import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Circuit } from './breaker.ts';
import type { Ranked, RankingQuery } from './ranking.ts';
import { rankingOf } from './ranking.ts';

const CLOSED: Circuit = { state: 'closed', shed: 0 };

function candidate(carrier: string, total: number, rest: Partial<Ranked> = {}): Ranked {
  const terms = { cost: total, failing: 0, delay: 0, mos: 0, short: 0 };
  const usual = { usual_price: total, n_recent: 100, circuit: CLOSED };
  return { carrier, price: { ...terms, total }, ...usual, ...rest };
}

function told(candidates: readonly Ranked[], rest: Partial<RankingQuery> = {}): string {
  const plain = { seed: 'call', incumbent: null, may_explore: false };
  const { order, barred, leader } = rankingOf({ candidates, ...plain, ...rest });
  const said = (place: (typeof order)[number]): string =>
    place.standing === 'normal' ? place.carrier : `${place.carrier}(${place.standing})`;
  return [...order.map(said), '/', ...barred.map(said), '/', leader ?? '-'].join(' ');
}

/** How many of a thousand calls a carrier leads. */
function led(candidates: readonly Ranked[], carrier: string, may_explore = true): number {
  const seeds = Array.from({ length: 1_000 }, (_none, place) => `call-${place}`);
  return seeds.filter((seed) => {
    const { order } = rankingOf({ candidates, seed, incumbent: null, may_explore });
    return order[0]?.carrier === carrier;
  }).length;
}

const open = (barred = false): Partial<Ranked> => ({ circuit: { state: 'open', barred } });
const probing = (ready = true): Partial<Ranked> => ({ circuit: { state: 'probing', ready } });

describe('a ranking', () => {
  const three = [candidate('b', 200), candidate('a', 100), candidate('c', 300)];

  it('goes by effective price, and by name where that is equal', () => {
    assert.equal(told(three), 'a b c / / a');
    assert.equal(told([candidate('z', 5), candidate('y', 5)]), 'y z / / y');
    assert.equal(told([]), '/ / -');
  });

  it('leaves who leads in front, unless another is two per cent cheaper', () => {
    const close = [candidate('a', 981), candidate('b', 1_000), candidate('c', 999)];
    assert.equal(told(close, { incumbent: 'b' }), 'b(incumbent) a c / / b');
    const cheaper = [candidate('a', 980), candidate('b', 1_000)];
    assert.equal(told(cheaper, { incumbent: 'b' }), 'a b / / a');
    assert.equal(told(cheaper, { incumbent: 'gone' }), 'a b / / a');
  });

  it('puts carriers in a break last, and those that refuse us out', () => {
    const candidates = [
      candidate('a', 1, open()),
      candidate('b', 2),
      candidate('c', 3, open(true)),
    ];
    assert.equal(told(candidates), 'b a(open) / c(barred) / b');
    assert.equal(told(candidates, { incumbent: 'a' }), 'b a(open) / c(barred) / b');
  });

  it('tries all in their order where all are in a break, and says so', () => {
    const candidates = [candidate('b', 2, open()), candidate('a', 1, open())];
    assert.equal(told(candidates), 'a(open) b(open) / / -');
    const { all_open } = rankingOf({ candidates, seed: 's', incumbent: null, may_explore: true });
    assert.equal(all_open, true);
  });

  it('keeps a share of calls from a carrier that fails some', () => {
    const shed = (share: number): Ranked[] => [
      candidate('a', 1, { circuit: { state: 'closed', shed: share } }),
      candidate('b', 2),
    ];
    assert.deepEqual([led(shed(0), 'b'), led(shed(1), 'b')], [0, 1_000]);
    assert.ok(Math.abs(led(shed(0.3), 'b') - 300) < 60);
  });
});

describe('a ranking that learns', () => {
  const starved = { n_recent: 4.9 };

  it('risks one call in a hundred on a carrier of which little is known', () => {
    const candidates = [candidate('a', 100), candidate('b', 120, starved)];
    const risked = led(candidates, 'b');
    assert.ok(risked >= 3 && risked <= 22, `${risked}`);
    assert.equal(led(candidates, 'b', false), 0);
  });

  it('does not where enough is known, or it would be much too dear', () => {
    assert.equal(led([candidate('a', 100), candidate('b', 120, { n_recent: 5 })], 'b'), 0);
    assert.equal(led([candidate('a', 100), candidate('b', 126, starved)], 'b'), 0);
  });

  it('risks a call on a carrier after its break, one at a time, if it used to be worth it', () => {
    const after = (rest: Partial<Ranked>): Ranked[] => [
      candidate('a', 100),
      candidate('b', 150),
      candidate('c', 140, { usual_price: 90, ...rest }),
    ];
    const asked = { may_explore: true };
    assert.equal(told(after(probing()), asked), 'c(probed) a b / / a');
    assert.equal(told(after(probing(false)), asked), 'a b c(open) / / a');
    assert.equal(told(after(probing())), 'a c(proving) b / / a');
    const dear = after({ ...probing(), usual_price: 126 });
    assert.equal(told(dear, asked), 'a c(proving) b / / a');
  });

  it('never lets a carrier lead by right before it has proved itself', () => {
    assert.equal(told([candidate('a', 100), candidate('b', 1, probing())]), 'a b(proving) / / a');
    assert.equal(told([candidate('b', 1, probing())]), 'b(proving) / / -');
  });
});

const circuits = fc.oneof(
  fc.constant(CLOSED),
  fc.double({ min: 0, max: 1, noNaN: true }).map((shed): Circuit => ({ state: 'closed', shed })),
  fc.boolean().map((barred): Circuit => ({ state: 'open', barred })),
  fc.boolean().map((ready): Circuit => ({ state: 'probing', ready })),
);
const queries: fc.Arbitrary<RankingQuery> = fc.record({
  candidates: fc.uniqueArray(
    fc
      .record({
        carrier: fc.constantFrom(...'abcdefg'),
        total: fc.nat(60),
        circuit: circuits,
        n: fc.nat(9),
      })
      .map(({ carrier, total, circuit, n }) => candidate(carrier, total, { circuit, n_recent: n })),
    { selector: ({ carrier }) => carrier, maxLength: 7 },
  ),
  seed: fc.nat(500).map(String),
  incumbent: fc.option(fc.constantFrom(...'abcdefg')),
  may_explore: fc.boolean(),
});

describe('any ranking', () => {
  it('is the same whatever the order of its candidates, and from what was kept of it', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const ranking = JSON.stringify(rankingOf(query));
        const turned = { ...query, candidates: query.candidates.toReversed() };
        assert.equal(JSON.stringify(rankingOf(turned)), ranking);
        const kept = JSON.parse(JSON.stringify(query)) as RankingQuery;
        assert.equal(JSON.stringify(rankingOf(kept)), ranking);
      }),
    );
  });

  it('places every candidate once', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const { order, barred } = rankingOf(query);
        const placed = [...order, ...barred].map(({ carrier }) => carrier);
        const asked = query.candidates.map(({ carrier }) => carrier);
        assert.deepEqual(placed.toSorted(), asked.toSorted());
      }),
    );
  });

  it('stays as it is for the rest when the last one goes (R2)', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const { order } = rankingOf(query);
        const gone = order.at(-1)?.carrier;
        const left = query.candidates.filter(({ carrier }) => carrier !== gone);
        const rest = rankingOf({ ...query, candidates: left }).order;
        assert.deepEqual(
          rest.map(({ carrier }) => carrier),
          order.slice(0, -1).map(({ carrier }) => carrier),
        );
      }),
      { numRuns: 500 },
    );
  });
});
