import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Instant } from '../../kernel/brand.ts';
import { systemClock } from '../../engine/clock.ts';
import { type ApiBench, openBench } from './api_bench.ts';
import { keptFile, keptRecording } from './recording_rows.ts';

const CONTENT = 'RIFF....WAVE sound';

let ahead_ms = 0;
const clock = systemClock();
const movable = { ...clockOf(), now: () => (clock.now() + ahead_ms) as Instant };
function clockOf() {
  return { wall: () => clock.wall(), after: clock.after.bind(clock) };
}

let bench: ApiBench;
let alice = { id: '', key: '' };
let bob = { id: '', key: '' };
before(async () => {
  bench = await openBench({}, { clock: movable });
  alice = await bench.customer('Alice');
  bob = await bench.customer('Bob');
});
after(() => bench.close());

async function kept(change: Parameters<typeof keptRecording>[2] = {}) {
  const recording = await keptRecording(bench.store, alice.id, change);
  if (recording.file !== null) await keptFile(bench.files, recording, CONTENT);
  return recording;
}

/** The path of a link to a recording's file, as its owner gets it. */
async function linkTo(id: string): Promise<string> {
  const reply = await bench.send('GET', `/v1/recordingfiles/${id}`, { key: alice.key });
  assert.equal(reply.status, 307);
  assert.equal(reply.headers.get('location'), reply.body['url']);
  return String(reply.body['url']).replace('http://tandem.test', '');
}

function open(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return fetch(bench.url + path, { method, headers });
}

describe('recordings', () => {
  it('are listed and shown to their owner', async () => {
    const { id, reference_id } = await kept();
    const { body } = await bench.send('GET', `/v1/recordings/${id}`, { key: alice.key });
    const { status, duration_ms, end_cause, tm_start, size_bytes } = body;
    assert.deepEqual(
      { status, duration_ms, end_cause, tm_start, size_bytes },
      {
        status: 'ended',
        duration_ms: 4_000,
        end_cause: 'hangup',
        tm_start: '1970-01-01T00:00:02.000Z',
        size_bytes: 10,
      },
    );
    const idsOf = async (query: string, key = alice.key) => {
      const page = await bench.send('GET', `/v1/recordings?${query}`, { key });
      return (page.body['result'] as { id: string }[]).map((each) => each.id);
    };
    assert.deepEqual(await idsOf(`reference_id=${String(reference_id)}`), [id]);
    assert.deepEqual(await idsOf(`reference_id=${String(reference_id)}&status=recording`), []);
    assert.ok((await idsOf('')).includes(id));
    assert.deepEqual(await idsOf('', bob.key), []);
  });

  it('are deleted when they are over, and not before', async () => {
    const { id } = await kept();
    const gone = await bench.send('DELETE', `/v1/recordings/${id}`, { key: alice.key });
    assert.equal(gone.status, 200);
    assert.notEqual(gone.body['tm_delete'], null);
    assert.deepEqual(bench.exchange.told.at(-1), { id, fact: { type: 'delete_asked' } });
    const running = await kept({ status: 'recording', file: null, tm_end: null });
    const path = `/v1/recordings/${running.id}`;
    const refused = await bench.send('DELETE', path, { key: alice.key });
    assert.deepEqual([refused.status, codeIn(refused.body)], [409, 'recording_running']);
  });

  it('have no link while they run, and none where there is no file', async () => {
    const running = await kept({ status: 'stopping', file: null });
    const early = await bench.send('GET', `/v1/recordingfiles/${running.id}`, { key: alice.key });
    assert.deepEqual([early.status, codeIn(early.body)], [409, 'recording_running']);
    const failed = await kept({ cause: 'failed', file: null });
    const none = await bench.send('GET', `/v1/recordingfiles/${failed.id}`, { key: alice.key });
    assert.equal(none.status, 404);
  });
});

describe('the file of a recording', () => {
  it('is read by its link, without a key', async () => {
    const { id } = await kept();
    const response = await open(await linkTo(id));
    assert.equal(response.status, 200);
    assert.equal(await response.text(), CONTENT);
    const { headers } = response;
    assert.equal(headers.get('content-type'), 'audio/wav');
    assert.equal(headers.get('content-length'), String(CONTENT.length));
    assert.equal(headers.get('content-disposition'), `inline; filename="recording-${id}.wav"`);
    assert.equal(headers.get('accept-ranges'), 'bytes');
    assert.match(headers.get('cache-control') ?? '', /no-store/);
  });

  it('is read in parts', async () => {
    const link = await linkTo((await kept()).id);
    const parts: readonly (readonly [string, number, string, string | null])[] = [
      ['bytes=0-3', 206, 'RIFF', 'bytes 0-3/18'],
      ['bytes=13-', 206, 'sound', 'bytes 13-17/18'],
      ['bytes=-5', 206, 'sound', 'bytes 13-17/18'],
      ['bytes=13-900', 206, 'sound', 'bytes 13-17/18'],
      ['bytes=0-0,2-3', 200, CONTENT, null],
      ['bytes=5-2', 200, CONTENT, null],
      ['lines=1-2', 200, CONTENT, null],
      ['bytes=18-', 416, '', 'bytes */18'],
      ['bytes=-0', 416, '', 'bytes */18'],
    ];
    for (const [range, status, text, told] of parts) {
      const response = await open(link, { range });
      assert.equal(response.status, status, range);
      assert.equal(await response.text(), text, range);
      assert.equal(response.headers.get('content-range'), told, range);
    }
  });

  it('is read in parts only while it is the same, and not at all where it is known', async () => {
    const link = await linkTo((await kept()).id);
    const part = { range: 'bytes=0-3' };
    assert.equal((await open(link, { ...part, 'if-range': '"abc"' })).status, 206);
    assert.equal((await open(link, { ...part, 'if-range': '"other"' })).status, 200);
    for (const known of ['"abc"', 'W/"abc"', '"x", "abc"', '*']) {
      const response = await open(link, { 'if-none-match': known });
      assert.deepEqual([response.status, await response.text()], [304, '']);
    }
  });

  it('is measured without being read', async () => {
    const response = await open(await linkTo((await kept()).id), {}, 'HEAD');
    assert.equal(response.headers.get('content-length'), String(CONTENT.length));
    assert.equal(await response.text(), '');
  });

  it('is not read by a link that was changed, or made for another', async () => {
    const [one, other] = [await kept(), await kept()];
    const link = await linkTo(one.id);
    const forged = [
      link.replace(one.id, other.id),
      link.replace(/expires=\d+/, 'expires=99999999999'),
      link.replace(/signature=./, 'signature=_'),
      link.replace(/&signature=.*/, ''),
      link.replace(/\?.*/, ''),
      link.replace(one.id, '00000000-0000-0000-0000-000000000000'),
      link.replace(one.id, 'nothing'),
      `${link}%`,
    ];
    for (const path of forged) {
      const response = await open(path, { authorization: `Bearer ${bob.key}` });
      assert.equal(response.status, 403, path);
      assert.equal(codeIn((await response.json()) as Record<string, unknown>), 'link_invalid');
    }
  });

  it('is read for a quarter of an hour, and no longer', async () => {
    const link = await linkTo((await kept()).id);
    ahead_ms += 840_000;
    assert.equal((await open(link)).status, 200);
    ahead_ms += 60_000;
    assert.equal((await open(link)).status, 403);
    ahead_ms = 0;
  });

  it('is gone with its recording', async () => {
    const deleted = await kept();
    const link = await linkTo(deleted.id);
    await bench.files.remove(deleted.file?.name ?? '');
    assert.equal((await open(link)).status, 404);
  });
});

function codeIn(body: Readonly<Record<string, unknown>>): unknown {
  return (body['error'] as { code?: unknown } | undefined)?.code;
}
