import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ApiBench, openBench } from './api_bench.ts';

const SOURCE = { type: 'tel', target: '+15005550010' };
const tel = (target: string) => ({ type: 'tel', target });
const ACTIONS = [{ type: 'hangup' }];
const ORDER = { source: SOURCE, destinations: [tel('+15005550006')], actions: ACTIONS };

describe('calls that were placed', () => {
  let bench: ApiBench;
  let key: string;
  const ids: string[] = [];
  before(async () => {
    bench = await openBench();
    key = (await bench.customer('Example')).key;
    for (const target of ['+15005550006', '+15005550007', '+15005550008'])
      ids.push(await placed(bench, key, target));
  });
  after(() => bench.close());
  const get = (path: string) => bench.send('GET', path, { key });

  it('are listed newest first, page by page', async () => {
    const first = await get('/v1/calls?page_size=2');
    const token = first.body['next_page_token'] as string;
    const second = await get(`/v1/calls?page_size=2&page_token=${token}`);
    const rows = [...result(first), ...result(second)].map(({ id }) => id);
    assert.deepEqual(rows, ids.toReversed());
    assert.equal(second.body['next_page_token'], '');
  });

  it('are filtered', async () => {
    const one = await get('/v1/calls?destination=+15005550007');
    assert.deepEqual(
      result(one).map(({ id }) => id),
      [ids[1]],
    );
    assert.equal(result(await get('/v1/calls?status=hangup')).length, 0);
    const future = '2099-01-01T00:00:00Z';
    assert.equal(result(await get(`/v1/calls?created_after=${future}`)).length, 0);
    assert.equal(
      result(await get(`/v1/calls?created_before=${future}&direction=outgoing`)).length,
      3,
    );
  });

  for (const query of [
    'page_size=0',
    'page_size=101',
    'page_size=x',
    'status=gone',
    'colour=red',
    'page_size=1&page_size=2',
    'created_after=yesterday',
    'destination=%zz',
  ])
    it(`are not listed with ${query}`, async () => {
      const reply = await get(`/v1/calls?${query}`);
      assert.deepEqual([reply.status, code(reply)], [400, 'invalid_request']);
    });

  it('are not listed with a page token that is not ours', async () => {
    assert.equal(code(await get('/v1/calls?page_token=AAAA')), 'page_token_invalid');
  });

  it('have a timeline and attempts', async () => {
    const events = await get(`/v1/calls/${ids[0]}/events`);
    assert.equal(result(events).length, 1);
    assert.equal(result(await get(`/v1/calls/${ids[0]}/attempts`)).length, 0);
  });

  it('are hung up, with or without an empty body', async () => {
    const reply = await bench.send('POST', `/v1/calls/${ids[0]}/hangup`, { key });
    assert.deepEqual([reply.status, reply.body['status']], [200, 'hangup']);
    const again = await bench.send('POST', `/v1/calls/${ids[0]}/hangup`, { key, body: {} });
    assert.equal(again.status, 200);
    const odd = await bench.send('POST', `/v1/calls/${ids[0]}/hangup`, { key, body: { a: 1 } });
    assert.equal(odd.status, 400);
    const nothing = await bench.send('POST', `/v1/calls/${ids[0]}/hangup`, { key, body: 'null' });
    assert.equal(nothing.status, 400);
  });

  it('have an activeflow', async () => {
    const list = await get('/v1/activeflows');
    assert.equal(result(list).length, 3);
    const id = result(list)[0]?.['id'] as string;
    assert.equal((await get(`/v1/activeflows/${id}`)).body['id'], id);
    const stopped = await bench.send('POST', `/v1/activeflows/${id}/stop`, { key });
    assert.equal(stopped.status, 200);
  });
});

async function placed(bench: ApiBench, key: string, target: string): Promise<string> {
  const body = { ...ORDER, destinations: [tel(target)] };
  const reply = await bench.send('POST', '/v1/calls', { key, body });
  const [call] = reply.body['calls'] as { id: string }[];
  // Lists sort by millisecond first: the next one is to be younger.
  const made = Date.now();
  while (Date.now() === made) await new Promise(setImmediate);
  return call?.id ?? '';
}

function code({ body }: { body: Record<string, unknown> }): string {
  return (body['error'] as { code: string }).code;
}

function result({ body }: { body: Record<string, unknown> }): Record<string, unknown>[] {
  return body['result'] as Record<string, unknown>[];
}
