import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ApiBench, openBench, type Reply } from './api_bench.ts';

describe('tags', () => {
  let bench: ApiBench;
  let key: string;
  before(async () => {
    bench = await openBench();
    key = (await bench.customer('Example')).key;
  });
  after(() => bench.close());
  const own = (method: string, path: string, body?: unknown): Promise<Reply> =>
    bench.send(method, path, { key, body });

  it('are made, replaced, listed and deleted', async () => {
    const made = await own('POST', '/v1/tags', { name: 'Spanish' });
    assert.deepEqual([made.status, made.body['detail']], [201, '']);
    const path = `/v1/tags/${String(made.body['id'])}`;
    const put = await own('PUT', path, { name: 'Spanish', detail: 'since spring' });
    assert.equal(put.body['detail'], 'since spring');
    assert.equal((await own('GET', path)).text, put.text);
    const list = await own('GET', '/v1/tags');
    assert.deepEqual(list.body['result'], [put.body]);
    const gone = await own('DELETE', path);
    assert.notEqual(gone.body['tm_delete'], null);
    assert.equal((await own('GET', path)).status, 404);
    assert.deepEqual((await own('GET', '/v1/tags')).body['result'], []);
  });

  it('need a name', async () => {
    const refused = await own('POST', '/v1/tags', { detail: 'x' });
    assert.equal((refused.body['error'] as { param: string }).param, '/name');
  });
});
