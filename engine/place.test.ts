import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant, ProviderId, RouteId } from '../kernel/brand.ts';
import { micros } from '../kernel/money.ts';
import type { Price } from '../calls/call.ts';
import { normalizeFlow } from '../flows/normalize.ts';
import { actions as language } from '../flows/actions/index.ts';
import { tel } from '../tests/flow_stories.ts';
import type { PlaceOrder } from './engine.ts';
import { placeLeg, type PlacerParts } from './place.ts';

const PRICE: Price = {
  currency: 'USD',
  rate_micros_per_minute: micros(6_000),
  connect_fee_micros: micros(0),
  initial_s: 60,
  increment_s: 60,
};

/** Routes to two carriers, one of which cannot echo, and neither speak. */
function partsWith(targets: readonly string[]): PlacerParts {
  const provider = (id: string, type: string) => ({ id, type, name: id, enabled: true });
  const providers = new Map(
    [provider('p0', 'deaf'), provider('p1', 'mute')].map((each) => [each.id, each]),
  );
  const routes = targets.map((target, place) => ({
    id: `r${place}` as RouteId,
    customer_id: 'customer',
    provider_id: `p${place}` as ProviderId,
    priority: place,
    target,
    price: PRICE,
  }));
  const registry = {
    routes: () => Promise.resolve(routes),
    providers: () => Promise.resolve(providers),
    account: () => Promise.resolve({ currency: 'USD' }),
  };
  const kinds = new Map([
    ['deaf', { capabilities: { play: true } }],
    ['mute', { capabilities: { play: true, echo: true } }],
  ]);
  return { registry, kinds } as unknown as PlacerParts;
}

function orderOf(types: readonly string[]): PlaceOrder {
  const raw = types.map((type) => ({ type, option: type === 'talk' ? { text: 'Hi' } : {} }));
  return {
    customer: { id: 'customer' },
    destinations: [tel('+493012345678')],
    actions: normalizeFlow(raw, (label) => label, language),
    seed: { name: 'seed', at: 0 as Instant },
  } as unknown as PlaceOrder;
}

const NO_ROUTE = { code: 'no_route', param: '/destinations/0/target' };

describe('a call no route can carry', () => {
  it('is refused with what is lacking', async () => {
    const refused = await placeLeg(partsWith(['+49', '+4930']), orderOf(['echo', 'talk']), 0);
    const message = 'No route leads there whose carrier can do what the flow needs: echo, say.';
    assert.deepEqual(refused, { ...NO_ROUTE, message });
  });
  it('is refused without more where no route leads there at all', async () => {
    const refused = await placeLeg(partsWith(['+1']), orderOf(['beep']), 0);
    assert.deepEqual(refused, { ...NO_ROUTE, message: null });
  });
});
