import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_HEADERS } from '../../sip/headers.ts';
import { NO_BODY, responseTo, type SipRequest, type SipResponse } from '../../sip/message.ts';
import { nameAddr, withTag } from '../../sip/name_addr.ts';
import { sipUri } from '../../sip/uri.ts';
import { type ManualClock, manualClock } from '../../tests/conformance/manual_clock.ts';
import { Layer, type Receiver } from './layer.ts';
import type { Peer, Protocol } from './peer.ts';

const HOUR_MS = 3_600_000;

function requestOf(method: string, call_id: string): SipRequest {
  const [from, to] = [sipUri('alice', 'a.example'), sipUri('bob', 'b.example')];
  return {
    kind: 'request',
    method,
    uri: to,
    max_forwards: 70,
    vias: [],
    from: withTag(nameAddr(from), 'a'),
    to: nameAddr(to),
    call_id,
    cseq: { number: 1, method },
    headers: NO_HEADERS,
    body: NO_BODY,
  };
}

function peerOf(name: string, protocol: Protocol): Peer {
  return { protocol, address: name, port: 5060, connection: null };
}

/** Two layers and what lies between them. */
interface Pair {
  readonly clock: ManualClock;
  readonly alice: Layer;
  readonly bob: Layer;
  readonly to_bob: Peer;
  readonly received: SipRequest[];
  readonly acks: SipRequest[];
  readonly strays: SipResponse[];
  /** Messages that were sent, lost ones too. */
  sent: number;
}

interface World {
  readonly protocol?: Protocol;
  /** Whether the n-th message, from 1, is lost. */
  readonly isLost?: (n: number) => boolean;
  /** How bob answers a request that nobody has seen before. */
  readonly answer: (request: SipRequest) => readonly number[];
}

function pairOf({ protocol = 'UDP', isLost = () => false, answer }: World): Pair {
  const clock = manualClock();
  let ids = 0;
  const chance = { uuid: () => '', fraction: () => 0.5, hex: () => `id${(ids += 1)}` };
  const [at_alice, to_bob] = [peerOf('a.example', protocol), peerOf('b.example', protocol)];
  const received: SipRequest[] = [];
  const acks: SipRequest[] = [];
  const strays: SipResponse[] = [];
  const outletTo = (own: Peer, other: () => Layer) => ({
    nameFor: () => ({ host: own.address, port: own.port }),
    send: (bytes: Buffer) => {
      pair.sent += 1;
      if (!isLost(pair.sent)) queueMicrotask(() => other().hear(Buffer.from(bytes), own));
      return Promise.resolve();
    },
  });
  const receiver: Receiver = {
    request: (request, taken) => {
      received.push(request);
      for (const status of answer(request))
        taken.respond(responseTo(request, status, { to: withTag(request.to, 'b') }));
    },
    ack: (request) => acks.push(request),
    stray: (response) => strays.push(response),
    refused: (why) => assert.fail(why),
  };
  const parts = { clock, chance, receiver };
  const alice: Layer = new Layer({ ...parts, outlet: outletTo(at_alice, () => bob) });
  const bob: Layer = new Layer({ ...parts, outlet: outletTo(to_bob, () => alice) });
  const pair: Pair = { clock, alice, bob, to_bob, received, acks, strays, sent: 0 };
  return pair;
}

/** Asks once, lets an hour pass, and says what the asker heard. */
async function heardBy(pair: Pair, method: string): Promise<(number | string)[]> {
  const heard: (number | string)[] = [];
  pair.alice.ask(requestOf(method, `c${pair.received.length}`), pair.to_bob, {
    answered: ({ status }) => heard.push(status),
    failed: (failure) => heard.push(failure),
  });
  await pair.clock.advance(HOUR_MS);
  return heard;
}

function assertNothingLeft({ alice, bob, clock }: Pair): void {
  assert.deepEqual([alice.size, bob.size, clock.waiting], [0, 0, 0]);
}

describe('the transaction layer', () => {
  for (const protocol of ['UDP', 'TCP'] as const) {
    it(`brings a refused INVITE to its end over ${protocol}`, async () => {
      const pair = pairOf({ protocol, answer: () => [180, 486] });
      assert.deepEqual(await heardBy(pair, 'INVITE'), [180, 486]);
      assert.equal(pair.sent, 4, 'INVITE, 180, 486, ACK');
      assert.deepEqual([pair.received.length, pair.acks.length], [1, 0]);
      assertNothingLeft(pair);
    });

    it(`answers another request once over ${protocol}`, async () => {
      const pair = pairOf({ protocol, answer: () => [200] });
      assert.deepEqual(await heardBy(pair, 'OPTIONS'), [200]);
      assert.equal(pair.sent, 2);
      assertNothingLeft(pair);
    });
  }

  it('repeats what is lost, and brings each request up once', async () => {
    let lost_any = false;
    for (let seed = 1; seed <= 40; seed += 1) {
      // One in two is lost, differently for each seed.
      const isLost = (n: number): boolean => ((n * 7_919 + seed * 104_729) >> 3) % 2 === 0;
      for (const method of ['INVITE', 'BYE']) {
        const pair = pairOf({ isLost, answer: () => [method === 'INVITE' ? 486 : 200] });
        const heard = await heardBy(pair, method);
        const final = heard.filter((each) => each !== 100);
        assert.equal(final.length, 1, `${method}, seed ${seed}: ${heard.join(' ')}`);
        assert.ok(pair.received.length <= 1);
        assertNothingLeft(pair);
        lost_any ||= pair.sent > 4;
      }
    }
    assert.ok(lost_any);
  });

  it('tells a timeout when nobody answers, and sends seven INVITEs until then', async () => {
    const pair = pairOf({ isLost: () => true, answer: () => [] });
    assert.deepEqual(await heardBy(pair, 'INVITE'), ['timeout']);
    assert.equal(pair.sent, 7);
    assertNothingLeft(pair);
  });

  it('says 100 where the user takes its time', async () => {
    const pair = pairOf({ answer: () => [] });
    const heard: number[] = [];
    pair.alice.ask(requestOf('INVITE', 'c'), pair.to_bob, {
      answered: ({ status }) => heard.push(status),
      failed: assert.fail,
    });
    await pair.clock.advance(1_000);
    assert.deepEqual(heard, [100]);
  });

  it('leaves the ACK of a 200 to the dialog, and finds the INVITE a CANCEL means', async () => {
    const pair = pairOf({ answer: () => [200] });
    assert.deepEqual(await heardBy(pair, 'INVITE'), [200]);
    await pair.alice.acknowledge(requestOf('ACK', 'c'), pair.to_bob);
    await pair.clock.settle();
    assert.equal(pair.acks.length, 1);
    const ringing = pairOf({ answer: () => [180] });
    const noted = { answered: () => undefined, failed: () => undefined };
    const { request } = ringing.alice.ask(requestOf('INVITE', 'c'), ringing.to_bob, noted);
    await ringing.clock.settle();
    const cancel = { ...request, method: 'CANCEL', cseq: { number: 1, method: 'CANCEL' } };
    assert.equal(ringing.bob.cancelled(cancel)?.request.call_id, 'c');
    const other = { ...cancel, vias: [{ ...(request.vias[0] ?? assert.fail()), host: 'x' }] };
    assert.equal(ringing.bob.cancelled(other), null);
  });

  it('notes where a request came from, and answers there', async () => {
    const pair = pairOf({ answer: () => [200] });
    await heardBy(pair, 'OPTIONS');
    const [via] = pair.received[0]?.vias ?? [];
    assert.deepEqual(
      [via?.params.get('rport'), via?.params.get('received')],
      ['5060', 'a.example'],
    );
  });
});
