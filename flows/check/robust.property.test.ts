import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { rollerOf } from '../../kernel/random.ts';
import { flowFor } from '../../tests/random_flows.ts';
import { actions } from '../actions/index.ts';
import { normalizeFlow } from '../normalize.ts';
import { checkFlow, flowsNamedIn, premisesFor, readActions, worstCaseOf } from './check.ts';
import { FINDINGS } from './finding.ts';

const RUNS = { numRuns: 400, seed: 20_261_121 };

/** Asks everything a check can be asked; nothing of it may throw. */
function askedOf(raw: unknown): void {
  const premises = premisesFor(actions, { pointer: '/actions', given: new Set(['x']) });
  const findings = checkFlow(raw, premises);
  for (const { code, severity, pointer } of findings) {
    assert.ok((FINDINGS[code].severity as readonly string[]).includes(severity), code);
    assert.ok(pointer.startsWith('/actions'), pointer);
  }
  const refused = findings.some(({ severity }) => severity === 'error');
  if (!refused) assert.ok(worstCaseOf(raw, premises) !== null);
  flowsNamedIn(raw, premises);
  normalizeFlow(raw, (label) => label, actions);
  readActions(JSON.stringify(raw) ?? '', (label) => label, actions);
}

/** A value with one of its parts replaced. */
function withPart(value: unknown, path: readonly number[], part: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== 'object' || value === null) return part;
  const entries = Object.entries(value);
  if (entries.length === 0) return part;
  const place = first % entries.length;
  const changed = entries.map(([name, member], index): [string, unknown] => [
    name,
    index === place ? withPart(member, rest, part) : member,
  ]);
  return Array.isArray(value) ? changed.map(([, member]) => member) : Object.fromEntries(changed);
}

describe('the check of a flow', () => {
  it('throws at no JSON at all', () => {
    fc.assert(fc.property(fc.jsonValue(), askedOf), RUNS);
    fc.assert(fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), askedOf), RUNS);
  });
  it('throws at no flow of which a part is something else', () => {
    const seeds = fc.integer({ min: 1, max: 100_000 });
    const paths = fc.array(fc.nat(20), { minLength: 1, maxLength: 5 });
    const parts = fc.oneof(fc.jsonValue(), fc.constantFrom('', '${', '__proto__', 1e308, -0, null));
    fc.assert(
      fc.property(seeds, paths, parts, (seed, path, part) => {
        askedOf(withPart(flowFor(rollerOf(seed)), path, part));
      }),
      { ...RUNS, numRuns: 1_500 },
    );
  });
  it('stays within its means, however tangled a flow is', () => {
    const ids = Array.from({ length: 200 }, (_none, index) => `a${index}`);
    const target_ids = Object.fromEntries(ids.slice(0, 100).map((id, index) => [`${index}`, id]));
    const knot = ids.map((id, index) =>
      index % 2 === 0
        ? { id, type: 'branch', option: { target_ids, variable: `v${index}` } }
        : { id, type: 'goto', option: { target_id: ids[(index * 7) % 200], loop_count: 999 } },
    );
    const begun = performance.now();
    askedOf(knot);
    assert.ok(performance.now() - begun < 5_000, 'a hundred times what it takes');
  });
});
