/** Recordings over HTTP: what was said on a call is heard in the file that comes of it. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { keyListener } from '../../media/dtmf.ts';
import { shareAt } from '../../media/goertzel.ts';
import { levelOf, samplesIn } from '../../media/sound.ts';
import { tone } from '../../media/tone.ts';
import { readWav, wavFile } from '../../media/wav.ts';
import type { CallJson, Json, PlacedJson } from './api_client.ts';
import { callTo, makeTenant, quickSettings, type Tenant } from './harness.ts';
import { newServer, type TandemServer } from './tandem_process.ts';
import { startSink, type Hook, type WebhookSink } from './webhook_sink.ts';

const RATE = 8_000;
/** The far end hums at 420 Hz for as long as it talks. */
const SANDBOX = { ring_ms: 50, answer_ms: 100, voice_hz: 420, voice_ms: 3_600_000 };
const FILE = wavFile(tone({ hz: [1_900], ms: 1_500 }, 16_000));

describe('recordings, over HTTP', () => {
  let server: TandemServer;
  let sink: WebhookSink;
  let tenant: Tenant;
  let files: Server;
  const settings = quickSettings();
  before(async () => {
    files = createServer((_request, response) => response.end(FILE));
    files.listen(0, '127.0.0.1');
    await once(files, 'listening');
    sink = await startSink();
    server = await newServer(settings);
    await server.start();
    tenant = await makeTenant({ url: () => server.url, sink });
  });
  after(async () => {
    await server?.end();
    await sink?.stop();
    files?.close();
  });

  const place = async (actions: readonly Json[], sandbox: Json): Promise<CallJson> => {
    const order = callTo('+15005550006', { actions, sandbox: { ...SANDBOX, ...sandbox } });
    const { calls } = await tenant.client.post<PlacedJson>('/v1/calls', order);
    assert.ok(calls[0] !== undefined);
    return calls[0];
  };
  const told = (type: string, call_id: string): Promise<Hook> =>
    sink.until((hook) => hook.type === type && hook.data['reference_id'] === call_id);
  const heard = async (id: string): Promise<readonly Int16Array[]> => {
    // It is redirected to the file itself, as the clients of VoIPBIN expect.
    const response = await fetch(`${server.url}/v1/recordingfiles/${id}`, {
      headers: { authorization: `Bearer ${tenant.client.key}` },
    });
    assert.equal(response.headers.get('content-type'), 'audio/wav');
    const reading = readWav(new Uint8Array(await response.arrayBuffer()));
    assert.ok(reading.ok, 'why' in reading ? reading.why : '');
    assert.equal(reading.rate, RATE);
    return reading.channels;
  };

  it('have both sides of the call in them, and are told of in order', async () => {
    const { port } = files.address() as AddressInfo;
    const { id } = await place(
      [
        { type: 'recording_start', option: { channels: 2, duration: 6 } },
        { type: 'digits_send', option: { digits: '12#', duration: 100, interval: 100 } },
        { type: 'play', option: { stream_urls: [`http://127.0.0.1:${port}/good.wav`] } },
        { type: 'talk', option: { text: 'Thank you very much for calling us today.' } },
        { type: 'sleep', option: { duration: 60_000 } },
      ],
      { talk_ms: 8_000 },
    );
    const ready = await told('recording_ready', id);
    const recording = ready.data;
    assert.deepEqual(
      [recording['status'], recording['end_cause'], recording['duration_ms']],
      ['ended', 'duration', 6_000],
    );
    const [said, given] = await heard(ready.subject);
    assert.ok(said !== undefined && given !== undefined);
    assert.equal(said.length, samplesIn(6_000));
    assert.ok(shareAt(said, 420, RATE) > 0.95, 'the far end hums all the time');
    assert.equal(keyListener()(given), '12#');
    const played = given.subarray(samplesIn(700), samplesIn(1_900));
    assert.ok(shareAt(played, 1_900, RATE) > 0.9, 'the file was played');
    const spoken = given.subarray(samplesIn(2_200), samplesIn(4_400));
    assert.ok(levelOf(spoken) > -45, 'somebody speaks');
    assert.ok(shareAt(spoken, 1_900, RATE) < 0.2);
    const hooks = sink.hooks.filter(({ subject }) => subject === ready.subject);
    assert.deepEqual(
      hooks.map(({ type, sequence, wrong }) => [type, sequence, wrong]),
      [
        ['recording_started', 1, ''],
        ['recording_finished', 2, ''],
        ['recording_ready', 3, ''],
      ],
    );
    const call = await tenant.client.get<CallJson>(`/v1/calls/${id}`);
    assert.deepEqual(call.recording_ids, [ready.subject]);
  });

  it('end with the call, several of one call, and are deleted with their files', async () => {
    const { id } = await place(
      [
        { type: 'recording_start', option: { end_of_key: '#' } },
        { type: 'sleep', option: { duration: 1_500 } },
        { type: 'recording_start', option: {} },
        { type: 'sleep', option: { duration: 60_000 } },
      ],
      { talk_ms: 3_000, dtmf: '1#' },
    );
    await sink.until(({ type, subject }) => type === 'call_hangup' && subject === id);
    await sink.until((hook) => isReady(hook, id, 'hangup'));
    const { result } = await tenant.client.get<{ result: Json[] }>(
      `/v1/recordings?reference_id=${id}`,
    );
    assert.deepEqual(
      result.map(({ end_cause, status }) => [end_cause, status]),
      [
        ['hangup', 'ended'],
        ['key', 'ended'],
      ],
    );
    const folder = join(settings['DATA_DIR'] ?? '', 'recordings', tenant.customer_id);
    const name = `${String(result[0]?.['id'])}.wav`;
    assert.ok(readdirSync(folder).includes(name));
    const path = `/v1/recordings/${String(result[0]?.['id'])}`;
    const { status, json } = await tenant.client.ask(path, { method: 'DELETE' });
    assert.deepEqual([status, json['tm_delete'] === null], [200, false]);
    await sink.until(
      ({ type, subject }) => type === 'recording_deleted' && name.startsWith(subject),
    );
    assert.equal((await tenant.client.ask(path)).status, 404);
    while (readdirSync(folder).includes(name)) await new Promise((next) => setImmediate(next));
  });

  it('are there after a kill, whenever it came', async () => {
    const { id } = await place(
      [
        { type: 'recording_start', option: { duration: 3 } },
        { type: 'talk', option: { text: 'Good morning, and welcome.' } },
        { type: 'sleep', option: { duration: 60_000 } },
      ],
      { talk_ms: 5_000 },
    );
    await told('recording_started', id);
    await server.end();
    await server.start();
    const finished = await told('recording_finished', id);
    await server.end();
    await server.start();
    await told('recording_ready', id);
    const [mono] = await heard(finished.subject);
    assert.ok(mono !== undefined && shareAt(mono, 420, RATE) > 0.3);
    const kinds = sink.hooks.filter(({ subject }) => subject === finished.subject);
    assert.deepEqual(
      [...new Set(kinds.map(({ type, sequence }) => `${sequence} ${type}`))].toSorted(),
      ['1 recording_started', '2 recording_finished', '3 recording_ready'],
    );
  });
});

function isReady({ type, data }: Hook, call_id: string, cause: string): boolean {
  return (
    type === 'recording_ready' && data['reference_id'] === call_id && data['end_cause'] === cause
  );
}
