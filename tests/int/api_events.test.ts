import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import type { CustomerId, Instant } from '../../kernel/brand.ts';
import type { NoticeRow } from '../../store/journal.ts';
import { type ApiBench, openBench } from './api_bench.ts';

const ORDER = {
  source: { type: 'tel', target: '+15005550010' },
  destinations: [{ type: 'tel', target: '+15005550006' }],
  actions: [{ type: 'hangup' }],
};

describe('the stream of events', () => {
  let bench: ApiBench;
  const stopping = new AbortController();
  before(async () => {
    bench = await openBench({}, { stopping: stopping.signal });
  });
  after(() => bench.close());

  it('tells a customer its own events, as webhooks tell them', async () => {
    const [mine, other] = [await bench.customer('Mine'), await bench.customer('Other')];
    const stream = await open(bench, mine.key);
    bench.exchange.tell(other.id as CustomerId, notice('theirs'));
    bench.exchange.tell(mine.id as CustomerId, notice('mine'));
    const text = await stream.until('mine');
    assert.equal(text.includes('theirs'), false);
    const data = /^data: (.*)$/m.exec(text)?.[1] ?? '';
    const body = JSON.parse(data) as Record<string, unknown>;
    assert.deepEqual(
      [body['id'], body['type'], body['sequence'], body['api_version']],
      ['mine', 'call_updated', 1, 'v1'],
    );
    assert.match(text, /^event: call_updated$/m);
    stream.close();
  });

  it('tells one type alone where that is asked for', async () => {
    const { id, key } = await bench.customer('Typed');
    const stream = await open(bench, key, '?type=call_hangup');
    bench.exchange.tell(id as CustomerId, notice('n1'));
    bench.exchange.tell(id as CustomerId, notice('n2', 'call_hangup'));
    assert.equal((await stream.until('n2')).includes('n1'), false);
    stream.close();
  });

  it('goes on after the last event that was heard', async () => {
    const { key } = await bench.customer('Resuming');
    for (const _each of [1, 2, 3]) await bench.send('POST', '/v1/calls', { key, body: ORDER });
    const all = await open(bench, key, '', '0-none');
    const text = await all.until('id: ', 3);
    all.close();
    const ids = [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id ?? '');
    assert.equal(ids.length, 3);
    const rest = await open(bench, key, '', ids[0] ?? '');
    const later = await rest.until(ids[2] ?? '');
    assert.equal(later.includes(`id: ${ids[0]}\n`), false, 'not the one that was heard');
    rest.close();
  });

  it('refuses a place that is not ours', async () => {
    const reply = await bench.send('GET', '/v1/events', { headers: { 'last-event-id': 'x' } });
    assert.equal(reply.status, 400);
  });

  it('lets go of a listener who leaves', async () => {
    const { key } = await bench.customer('Leaving');
    const heard = bench.exchange.hears.size;
    const stream = await open(bench, key);
    assert.equal(bench.exchange.hears.size, heard + 1);
    stream.close();
    while (bench.exchange.hears.size > heard) await new Promise(setImmediate);
  });

  it('cuts off a reader who does not read', async () => {
    const { id, key } = await bench.customer('Slow');
    const response = await request(bench, key, '');
    response.pause();
    const large = { ...notice('big'), data: { text: 'x'.repeat(200_000) } };
    const listening = bench.exchange.hears.size;
    for (let count = 0; count < 200 && bench.exchange.hears.size === listening; count += 1) {
      bench.exchange.tell(id as CustomerId, large);
      await new Promise(setImmediate);
    }
    assert.equal(bench.exchange.hears.size, listening - 1);
    response.destroy();
  });

  it('ends for a key that was revoked', async () => {
    const { key } = await bench.customer('Revoked');
    const keys = await bench.send('GET', '/v1/accesskeys', { key });
    const [row] = keys.body['result'] as { id: string }[];
    const response = await request(bench, key, '');
    const ended = once(response.resume(), 'end');
    assert.equal((await bench.send('DELETE', `/v1/accesskeys/${row?.id}`, { key })).status, 200);
    await ended;
  });

  it('ends when the server stops', async () => {
    const { key } = await bench.customer('Last');
    const response = await request(bench, key, '');
    const ended = once(response.resume(), 'end');
    stopping.abort();
    await ended;
  });
});

function notice(id: string, type = 'call_updated'): NoticeRow {
  const at = Date.UTC(2026, 10, 21) as Instant;
  return { id, type, order_key: 'c1', sequence: 1, at, data: {} };
}

interface Stream {
  /** All that came, once `part` was in it `times` times. */
  until(part: string, times?: number): Promise<string>;
  close(): void;
}

async function open(bench: ApiBench, key: string, query = '', last?: string): Promise<Stream> {
  const response = await request(bench, key, query, last);
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  response.on('error', () => undefined);
  return {
    until: async (part, times = 1) => {
      while (text.split(part).length <= times || !text.endsWith('\n\n'))
        await once(response, 'data');
      return text;
    },
    close: () => response.destroy(),
  };
}

async function request(
  bench: ApiBench,
  key: string,
  query: string,
  last?: string,
): Promise<IncomingMessage> {
  const headers = {
    authorization: `Bearer ${key}`,
    ...(last === undefined ? {} : { 'last-event-id': last }),
  };
  const asked = get(`${bench.url}/v1/events${query}`, { headers });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  assert.equal(response.headers['content-type'], 'text/event-stream');
  return response;
}
