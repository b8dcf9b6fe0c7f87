import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { micros } from '../kernel/money.ts';
import type { IncomingRefusal } from './refusals.ts';
import { INCOMING_REFUSALS, REFUSAL_ORDER } from './refusals.ts';
import type { DoorFacts, Host, Visitor } from './screen.ts';
import { HOPS_MAX, screen } from './screen.ts';

const VISITOR: Visitor = {
  from: '+4930123456',
  to: '+12125550101',
  verstat: 'passed',
  diversions: ['+15005550006'],
};
const HOST: Host = {
  rules: [],
  verification: 'mark',
  own_number: 'mark',
  parallel_max: 10,
  caller_is_ours: false,
  parallel: 9,
  hops: null,
  customer_active: true,
  available_micros: micros(100),
  first_micros: micros(100),
  overdue: false,
  flow_exists: true,
};

interface Change {
  readonly visitor?: Partial<Visitor>;
  readonly host?: Partial<Host> | null;
  readonly emergency?: boolean;
}

function facts(...changes: readonly Change[]): DoorFacts {
  return changes.reduce<DoorFacts>(
    (made, { visitor = {}, host = {}, emergency = made.emergency }) => ({
      visitor: { ...made.visitor, ...visitor },
      host: host === null || made.host === null ? null : { ...made.host, ...host },
      emergency,
    }),
    { visitor: VISITOR, host: HOST, emergency: false },
  );
}

const block = (pattern: string): Change => ({
  host: { rules: [{ action: 'block', pattern }] },
});

/** For every reason, what is different about a call that is turned away for it. */
const REASONS: Readonly<Record<IncomingRefusal, readonly Change[]>> = {
  emergency_unsupported: [{ visitor: { to: '112' } }, { visitor: { to: '+911' } }],
  number_unknown: [{ host: null }],
  source_invalid: [
    { visitor: { from: '030123456' } },
    { visitor: { from: '+0123456789' } },
    { visitor: { from: '+12125550100\u0660' } },
    { visitor: { from: 'sip:a@b;transport=udp' } },
    { visitor: { from: 'javascript:alert(1)' } },
    { visitor: { from: `sip:${'a'.repeat(65)}@example.com` } },
  ],
  anonymous_refused: [
    { visitor: { from: '' }, ...block('anonymous') },
    { visitor: { from: 'anonymous' }, ...block('*') },
  ],
  blocked: [block('+4930123456'), block('+4930*'), block('*')],
  verification_failed: [{ visitor: { verstat: 'failed' }, host: { verification: 'refuse' } }],
  own_number_spoofed: [{ host: { caller_is_ours: true, own_number: 'refuse' } }],
  loop_detected: [
    { host: { hops: HOPS_MAX } },
    { visitor: { diversions: ['+49401', '+12125550101'] } },
  ],
  too_many_parallel: [{ host: { parallel: 10 } }],
  customer_inactive: [{ host: { customer_active: false } }],
  insufficient_balance: [
    { host: { available_micros: micros(99) } },
    { host: { available_micros: null } },
    { host: { overdue: true } },
  ],
  flow_missing: [{ host: { flow_exists: false } }],
};

describe('the door', () => {
  it('lets in who has nothing against them', () => {
    const caller = { form: 'tel', target: '+4930123456' };
    assert.deepEqual(screen(facts()), { taken: true, caller, marks: [] });
  });

  for (const reason of REFUSAL_ORDER)
    it(`turns away for ${reason}`, () => {
      for (const change of REASONS[reason])
        assert.deepEqual(screen(facts(change)), { taken: false, reason }, JSON.stringify(change));
    });

  it('tells of two reasons the one that comes first in the list', () => {
    for (const [place, first] of REFUSAL_ORDER.entries())
      for (const second of REFUSAL_ORDER.slice(place + 1)) {
        const [one, other] = [REASONS[first][0], REASONS[second].at(-1)] as [Change, Change];
        // Whom a rule blocks cannot be both withheld and not.
        if (first === 'anonymous_refused' && second === 'blocked') continue;
        if (first === 'source_invalid' && second === 'anonymous_refused') continue;
        const verdict = screen(facts(other, one));
        assert.deepEqual(verdict, { taken: false, reason: first }, `${first} before ${second}`);
      }
  });

  it('marks what is doubtful, or does not look', () => {
    const doubtful = { visitor: { verstat: 'failed' }, host: { caller_is_ours: true } } as const;
    const marked = screen(facts(doubtful));
    assert.deepEqual(marked.taken && marked.marks, ['verification_failed', 'own_number']);
    const off = { host: { verification: 'off', own_number: 'off' } } as const;
    const passed = screen(facts(doubtful, off));
    assert.deepEqual(passed.taken && passed.marks, []);
  });

  it('knows its own calls when they come back', () => {
    const own = { host: { caller_is_ours: true, own_number: 'refuse', hops: 0 } } as const;
    assert.equal(screen(facts(own)).taken, true);
  });

  it('lets calls to emergency numbers on where the carrier may bring them', () => {
    const verdict = screen(facts({ visitor: { to: '112' }, host: null, emergency: true }));
    assert.deepEqual(verdict, { taken: false, reason: 'number_unknown' });
  });

  it('has a code for every reason that callers’ networks understand', () => {
    for (const { sip_code, q850 } of Object.values(INCOMING_REFUSALS)) {
      assert.ok(sip_code >= 400 && sip_code <= 699);
      assert.ok(q850 >= 1 && q850 <= 127);
    }
  });
});
