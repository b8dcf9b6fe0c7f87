import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
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

const ANN = {
  username: 'ann@example.com',
  password: 'correct horse',
  name: 'Ann',
  addresses: [{ type: 'tel', target: '+15005550006' }],
};

function errorOf({ status, body }: Reply): [number, string, string] {
  const { code, param } = body['error'] as { code: string; param: string };
  return [status, code, param];
}

describe('agents', () => {
  let bench: ApiBench;
  let key: string;
  before(async () => {
    bench = await openBench();
    key = (await bench.customer('Example')).key;
  });
  after(() => bench.close());
  const own = (method: string, path: string, body?: unknown): Promise<Reply> =>
    bench.send(method, path, { key, body });
  const make = (changes: object): Promise<Reply> =>
    own('POST', '/v1/agents', { ...ANN, ...changes });

  it('are made, changed part by part, and deleted', async () => {
    const made = await make({});
    assert.equal(made.status, 201);
    assert.deepEqual(
      [made.body['status'], made.body['ring_method'], made.body['permission']],
      ['offline', 'ringall', 16],
    );
    const path = `/v1/agents/${String(made.body['id'])}`;
    const tag = String((await own('POST', '/v1/tags', { name: 'Spanish' })).body['id']);
    const put = async (part: string, body: object): Promise<Reply['body']> => {
      const reply = await own('PUT', `${path}${part}`, body);
      assert.equal(reply.status, 200, part);
      return reply.body;
    };
    assert.equal((await put('', { name: 'Anna', ring_method: 'linear' }))['ring_method'], 'linear');
    assert.deepEqual((await put('/addresses', { addresses: [] }))['addresses'], []);
    assert.equal((await put('/permission', { permission: 96 }))['permission'], 96);
    assert.equal((await put('/status', { status: 'available' }))['status'], 'available');
    assert.equal((await put('/status', { status: 'away' }))['status'], 'away');
    assert.deepEqual((await put('/tag_ids', { tag_ids: [tag] }))['tag_ids'], [tag]);
    assert.equal((await put('', { name: 'Anna' }))['username'], ANN.username);
    const gone = await own('DELETE', path);
    assert.notEqual(gone.body['tm_delete'], null);
    assert.equal((await own('GET', path)).status, 404);
    assert.equal((await own('PUT', `${path}/status`, { status: 'away' })).status, 404);
    assert.equal((await make({})).status, 201, 'its name is free again');
  });

  it('keep passwords as hashes, and show nothing of them', async () => {
    const made = await make({ username: 'bob' });
    const id = String(made.body['id']);
    const hash = async (): Promise<string> =>
      (await bench.store.groups.get('all', 'agent', id))?.password_hash ?? '';
    const first = await hash();
    assert.equal(fits(first, ANN.password), true);
    assert.equal(fits(first, 'wrong horse'), false);
    const changed = await own('PUT', `/v1/agents/${id}/password`, { password: 'battery staple' });
    assert.equal(fits(await hash(), 'battery staple'), true);
    for (const { text } of [made, changed]) assert.equal(/scrypt|staple|horse/.test(text), false);
    const told = JSON.stringify(bench.logged);
    assert.equal(/staple|horse/.test(told), false);
  });

  it('have names of their own, whatever the case', async () => {
    await make({ username: 'Carol' });
    const same = await make({ username: 'cAROL' });
    assert.deepEqual(errorOf(same), [409, 'username_taken', '/username']);
    const both = await Promise.all([make({ username: 'dan' }), make({ username: 'dan' })]);
    assert.deepEqual(both.map(({ status }) => status).toSorted(), [201, 409]);
    const other = (await bench.customer('Other')).key;
    const there = await bench.send('POST', '/v1/agents', {
      key: other,
      body: { ...ANN, username: 'carol' },
    });
    assert.equal(there.status, 201, 'another customer has names of its own');
  });

  it('have tags that exist, and telephones', async () => {
    const { key: other } = await bench.customer('Elsewhere');
    const foreign = await bench.send('POST', '/v1/tags', { key: other, body: { name: 'theirs' } });
    const tag_ids = [String(foreign.body['id'])];
    const wrong = await make({ username: 'eve', tag_ids });
    assert.deepEqual(errorOf(wrong), [404, 'tag_not_found', '/tag_ids/0']);
    const addresses = [ANN.addresses[0], { type: 'agent', target: tag_ids[0] }];
    const round = await make({ username: 'eve', addresses });
    assert.deepEqual(errorOf(round), [400, 'invalid_request', '/addresses/1/type']);
    const weak = await make({ username: 'eve', password: 'short' });
    assert.deepEqual(errorOf(weak), [400, 'invalid_request', '/password']);
    const rung = await own('PUT', '/v1/agents/x/status', { status: 'ringing' });
    assert.equal(rung.status, 400, 'nobody says of itself that it rings');
  });

  it('are listed by status and by tags', async () => {
    const { key: team } = await bench.customer('Team');
    const post = async (path: string, body: object): Promise<string> =>
      String((await bench.send('POST', path, { key: team, body })).body['id']);
    const [red, blue] = [
      await post('/v1/tags', { name: 'r' }),
      await post('/v1/tags', { name: 'b' }),
    ];
    const agents: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      const tag_ids = n % 2 === 0 ? [red] : [red, blue];
      const status = n < 3 ? 'available' : 'away';
      agents.push(await post('/v1/agents', { ...ANN, username: `a${n}`, tag_ids, status }));
    }
    const list = async (query: string): Promise<{ ids: string[]; next: string }> => {
      const { body } = await bench.send('GET', `/v1/agents?${query}`, { key: team });
      const ids = (body['result'] as { id: string }[]).map(({ id }) => id);
      return { ids, next: String(body['next_page_token']) };
    };
    const at = (...places: number[]): (string | undefined)[] => places.map((n) => agents[n]);
    assert.deepEqual((await list('status=available')).ids, at(2, 1, 0));
    assert.deepEqual((await list(`tag_ids=${blue}`)).ids, at(5, 3, 1));
    assert.deepEqual((await list(`tag_ids=${blue},${red}&status=away`)).ids, at(5, 3));
    const first = await list(`tag_ids=${blue}&page_size=2`);
    assert.deepEqual(first.ids, at(5, 3));
    const second = await list(`tag_ids=${blue}&page_size=2&page_token=${first.next}`);
    assert.deepEqual([second.ids, second.next], [at(1), '']);
  });
});

/** Whether a password is the one that was hashed, reckoned anew. */
function fits(kept: string, password: string): boolean {
  const [kind, N, r, p, salt = '', hash] = kept.split('$');
  assert.equal(kind, 'scrypt');
  const costs = { N: Number(N), r: Number(r), p: Number(p), maxmem: 2 ** 26 };
  return scryptSync(password, Buffer.from(salt, 'hex'), 32, costs).toString('hex') === hash;
}
