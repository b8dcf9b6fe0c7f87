import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isE164 } from '../../kernel/address.ts';
import { CarrierError, type NumberDesk } from '../../providers/carrier.ts';
import type { Bench } from './carrier_bench.ts';

type Market = NonNullable<Bench['market']>;

/** Carriers that sell numbers sell each once, and are not confused by being asked again. */
export function describeNumbers(bench: () => Bench): void {
  const whereItDoes = (
    says: string,
    test: (desk: NumberDesk, theirs: NumberDesk, market: Market) => Promise<void>,
  ): void =>
    void it(says, async (t) => {
      const { kind, carrier, stranger, market } = bench();
      assert.equal(carrier.numbers !== undefined, kind.capabilities.numbers);
      if (carrier.numbers === undefined || stranger.numbers === undefined) return;
      if (market === undefined) return t.skip('the bench does not say where numbers are for sale');
      await test(carrier.numbers, stranger.numbers, market);
    });

  whereItDoes('offers numbers of a country, as many as asked for', async (desk, _, market) => {
    const offers = await desk.search(market.country, 120);
    assert.ok(offers.length > 0 && offers.length <= 120);
    for (const { number, country } of offers) {
      assert.ok(isE164(number), number);
      assert.equal(country, market.country);
    }
    assert.equal(new Set(offers.map(({ number }) => number)).size, offers.length);
    assert.deepEqual(await desk.search('ZZ', 10), []);
  });

  whereItDoes('sells a number once, however often it is asked', async (desk, theirs, market) => {
    const number = await first(desk, market);
    assert.deepEqual((await desk.search(market.country, 1, number))[0]?.number, number);
    assert.equal(await desk.buy(number), 'bought');
    assert.equal(await desk.buy(number), 'bought');
    assert.equal(await theirs.buy(number), 'unavailable');
    assert.deepEqual(await theirs.search(market.country, 1, number), []);
    assert.notEqual(await first(theirs, market), number);
    await desk.configure(number);
  });

  whereItDoes('takes a number back, from whoever has it', async (desk, theirs, market) => {
    const number = await first(desk, market);
    await desk.buy(number);
    await theirs.release(number);
    assert.equal(await theirs.buy(number), 'unavailable');
    await desk.release(number);
    await desk.release(number);
    assert.equal(await theirs.buy(number), 'bought');
  });

  whereItDoes('sells and configures nothing it does not have', async (desk, theirs, market) => {
    assert.equal(await desk.buy(market.not_for_sale), 'unavailable');
    assert.deepEqual(await desk.search(market.country, 1, market.not_for_sale), []);
    const number = await first(desk, market);
    await theirs.buy(number);
    await assert.rejects(desk.configure(number), CarrierError);
  });
}

async function first(desk: NumberDesk, { country }: Market): Promise<string> {
  const [offer] = await desk.search(country, 1);
  assert.ok(offer !== undefined);
  return offer.number;
}
