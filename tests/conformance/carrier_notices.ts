import assert from 'node:assert/strict';
import { it } from 'node:test';
import { rollerOf } from '../../kernel/random.ts';
import type { Notice } from '../../providers/carrier.ts';
import { answeredLeg, type Bench, dialled, orderTo, toldOf } from './carrier_bench.ts';

const GARBAGE = [
  '',
  ' ',
  'null',
  '0',
  '"ended"',
  '[]',
  '[{"event":"ended"}]',
  '{}',
  '{"event":"ended"}',
  '{"__proto__":{"event":"ended","attempt_id":"attempt-one","leg_ref":"x","key":"ended"}}',
  '{"event":"constructor","attempt_id":"a","leg_ref":"b","key":"c"}',
  '{"event":{"event":"ringing"},"attempt_id":"a","leg_ref":"b","key":"c"}',
  '{"event":"ringing","attempt_id":7,"leg_ref":[],"key":{}}',
  '{"event":"ended","attempt_id":"a","leg_ref":"b","key":"c","end":{"sip_code":"486"}}',
  'CallStatus=completed&CallSid=',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  '\u0000\uffff\ud800',
];

/** Whom notices are believed, and what is made of those that make no sense. */
export function describeNotices(bench: () => Bench): void {
  it('are known as its own, and read alike every time', async () => {
    await answeredLeg(bench());
    assert.ok(bench().notices.length >= 2);
    for (const notice of bench().notices)
      assert.deepEqual(bench().carrier.interpret(notice), bench().carrier.interpret(notice));
    const notice = await freshNotice(bench());
    assert.equal(bench().carrier.isAuthentic(notice), true);
    assert.equal(bench().carrier.interpret(notice).reply.status, 200);
  });

  it('are refused when a single character was changed', async () => {
    const notice = await freshNotice(bench());
    for (let place = 0; place < notice.body.length; place += 7) {
      const other = notice.body[place] === '0' ? '1' : '0';
      const body = notice.body.slice(0, place) + other + notice.body.slice(place + 1);
      assert.equal(bench().carrier.isAuthentic({ ...notice, body }), body === notice.body);
    }
    assert.equal(bench().carrier.isAuthentic({ ...notice, body: `${notice.body} ` }), false);
  });

  it('are refused without their signature, or with a forged one', async () => {
    const notice = await freshNotice(bench());
    assert.equal(bench().carrier.isAuthentic({ ...notice, headers: {} }), false);
    for (const [name, value] of signingHeaders(bench(), notice))
      for (const forged of ['', '0', value.split('').reverse().join(''), `${value}0`, 'zz'])
        assert.equal(
          bench().carrier.isAuthentic({
            ...notice,
            headers: { ...notice.headers, [name]: forged },
          }),
          false,
          `${name}: ${forged}`,
        );
  });

  it('are refused by every other account', async () => {
    assert.equal(bench().stranger.isAuthentic(await freshNotice(bench())), false);
  });

  it('are refused once they are stale', async () => {
    const notice = await freshNotice(bench());
    await bench().clock.advance(4 * 60_000);
    assert.equal(bench().carrier.isAuthentic(notice), true);
    await bench().clock.advance(2 * 60_000);
    assert.equal(bench().carrier.isAuthentic(notice), false);
  });

  it('say nothing when they are garbage, and are still answered', async () => {
    const notice = await freshNotice(bench());
    for (const body of GARBAGE) {
      const reading = bench().carrier.interpret({ ...notice, body });
      assert.deepEqual(reading.told, [], body.slice(0, 80));
      assert.equal(reading.reply.status, 200);
    }
  });

  it('never throw, however they were mangled', async () => {
    await dialled(bench(), orderTo(bench().numbers.hangs_up));
    await bench().clock.advance(60_000);
    const roll = rollerOf(20_261_121);
    for (let round = 0; round < 2_000; round += 1) {
      const notice = bench().notices[roll(bench().notices.length)] as Notice;
      const body = mangled(notice.body, roll);
      for (const { key, fact } of bench().carrier.interpret({ ...notice, body }).told) {
        assert.equal(typeof key, 'string');
        assert.equal(typeof fact.type, 'string');
      }
    }
  });

  it('are the same facts to whoever reads them, under keys of their own', async () => {
    await dialled(bench(), orderTo(bench().numbers.hangs_up));
    await bench().clock.advance(60_000);
    const keys = toldOf(bench()).map(({ key }) => key);
    assert.equal(new Set(keys).size, 3);
  });
}

/** A notice that has just been sent. */
async function freshNotice(bench: Bench): Promise<Notice> {
  const leg = await answeredLeg(bench, 'fresh');
  await bench.carrier.hangUp(leg);
  await bench.clock.advance(1_000);
  return bench.notices.at(-1) as Notice;
}

/** The headers that matter: those without which the notice is not believed. */
function signingHeaders(bench: Bench, notice: Notice): [string, string][] {
  const all = Object.entries(notice.headers);
  const signing = all.filter(([name]) => {
    const headers = Object.fromEntries(all.filter(([other]) => other !== name));
    return !bench.carrier.isAuthentic({ ...notice, headers });
  });
  assert.ok(signing.length > 0);
  return signing;
}

function mangled(body: string, roll: (below: number) => number): string {
  const place = roll(body.length + 1);
  const rest = place + roll(12);
  const put = ['', '"', '{', 'null', '\u0000', '-1', ',', '[]'][roll(8)] ?? '';
  return body.slice(0, place) + put + body.slice(rest);
}
