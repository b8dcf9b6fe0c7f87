import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callerOf, fit, PATTERN, ruleFor } from './caller.ts';

const tel = (target: string) => ({ form: 'tel', target }) as const;
const sip = (target: string) => ({ form: 'sip', target }) as const;
const NOBODY = { form: 'anonymous', target: 'anonymous' } as const;

describe('who calls', () => {
  const cases: readonly (readonly [string, ReturnType<typeof callerOf>])[] = [
    ['+4930123456', tel('+4930123456')],
    ['sip:ann@example.com', sip('sip:ann@example.com')],
    ['sips:ann@example.com:5061', sip('sips:ann@example.com:5061')],
    ['sip:example.com', sip('sip:example.com')],
    ['', NOBODY],
    ['anonymous', NOBODY],
    ['Anonymous', NOBODY],
    ['sip:anonymous@anonymous.invalid', NOBODY],
    ['Restricted', NOBODY],
    ['4930123456', null],
    ['+49 30 123456', null],
    ['+1', null],
    ['sip:ann@example.com;tag=1', null],
    ['sip:ann:secret@example.com', null],
    ['sip:ann@exa mple.com', null],
    ['sip:@example.com', null],
    ['tel:+4930123456', null],
    ['anonymousé', null],
  ];
  for (const [from, wanted] of cases)
    it(`is read from "${from}"`, () => assert.deepEqual(callerOf(from), wanted));
});

describe('a pattern', () => {
  const cases: readonly (readonly [string, Parameters<typeof fit>[1], boolean])[] = [
    ['+4930123456', tel('+4930123456'), true],
    ['+4930123456', tel('+49301234567'), false],
    ['+4930*', tel('+4930123456'), true],
    ['+4930*', tel('+4940123456'), false],
    ['+4930*', NOBODY, false],
    ['anonymous', NOBODY, true],
    ['anonymous', tel('+4930123456'), false],
    ['sip:ann@example.com', sip('sip:ann@EXAMPLE.com'), true],
    ['sip:ann@example.com', sip('sip:Ann@example.com'), false],
    ['sip:*@example.com', sip('sip:bob@example.com'), true],
    ['sip:*@example.com', sip('sip:bob@example.org'), false],
    ['sip:*@example.com', sip('sips:bob@example.com'), false],
    ['+49*', sip('sip:+4930@example.com'), false],
    ['*', tel('+4930123456'), true],
    ['*', NOBODY, true],
    ['*', sip('sip:a@b'), true],
  ];
  for (const [pattern, caller, fits] of cases)
    it(`${pattern} ${fits ? 'fits' : 'does not fit'} ${caller.target}`, () => {
      assert.equal(fit(pattern, caller) !== null, fits);
      assert.match(pattern, PATTERN);
    });

  it('has a form', () => {
    const wrong = ['', '+', '+0*', '49*', '+49**', '**', 'sip:*', 'sip:a*@b', 'Anonymous', '+49*1'];
    for (const pattern of wrong) assert.doesNotMatch(pattern, PATTERN);
  });
});

describe('of several rules', () => {
  const decision = (patterns: readonly string[], from: string): string | undefined => {
    const rules = patterns.map((words) => {
      const [action, pattern] = words.split(' ') as ['allow' | 'block', string];
      return { action, pattern };
    });
    return ruleFor(rules, callerOf(from) ?? NOBODY)?.action;
  };
  it('the most exact one decides', () => {
    const rules = ['block *', 'allow +49*', 'block +4930*', 'allow +4930123456'];
    for (const order of [rules, rules.toReversed()]) {
      assert.equal(decision(order, '+4930123456'), 'allow');
      assert.equal(decision(order, '+4930123457'), 'block');
      assert.equal(decision(order, '+4940123456'), 'allow');
      assert.equal(decision(order, '+15005550006'), 'block');
      assert.equal(decision(order, ''), 'block');
    }
  });
  it('a host weighs more than everybody, and a name more than a host', () => {
    const rules = ['allow sip:*@b.com', 'block sip:ann@b.com', 'block *'];
    assert.equal(decision(rules, 'sip:bob@b.com'), 'allow');
    assert.equal(decision(rules, 'sip:ann@b.com'), 'block');
    assert.equal(decision(rules, 'sip:bob@c.com'), 'block');
  });
  it('a block decides between two that are as exact', () => {
    for (const rules of [
      ['allow +49*', 'block +49*'],
      ['block +49*', 'allow +49*'],
    ])
      assert.equal(decision(rules, '+4930123456'), 'block');
  });
  it('none may fit', () => assert.equal(decision(['block +49*'], '+15005550006'), undefined));
});
