import { parseJson } from '../../../kernel/foreign.ts';
import { mp3Of, wavOf } from '../../media/tone.ts';
import type { Operation, Visit } from '../../web/desk.ts';
import type { Answer } from '../../web/server.ts';
import { playingMs, sayingMs } from '../actions/sound.ts';
import { dial, hangUp, makeCall } from '../lifecycle.ts';
import { msOf } from '../recordings.ts';
import { faultOfBody } from '../schemas.ts';
import {
  type Application,
  type Call,
  type Detection,
  type Endpoint,
  type Hook,
  isOver,
  type Json,
  type Source,
  type World,
} from '../state.ts';
import { addressOf, callJson, json, NO_CONTENT, notFound, refused } from '../wire.ts';

const CALLS = '/v1/calls';
const RINGING_S = 60;
const LENGTH_S = 7_200;
const BEEP_S = 90;
const SIZE_MAX = 100;
const MEDIA_MS_MAX = 600_000;

type Act = (visit: Visit, call: Call, body: Json) => Answer | Promise<Answer>;

/** The operations of the voice API. */
export function callOperations(world: World): Operation<Application>[] {
  const live: Live = (name, at, act) => ({
    name,
    at: `${at.split(' ')[0] ?? ''} ${CALLS}/:call${at.split(' ')[1] ?? ''}`,
    act: (visit, app) => onLive(name, { visit, app, act }),
  });
  return [
    { name: 'calls.create', at: `POST ${CALLS}`, act: (visit, app) => create(world, visit, app) },
    { name: 'calls.list', at: `GET ${CALLS}`, act: (visit, app) => list(world, visit, app) },
    {
      name: 'calls.fetch',
      at: `GET ${CALLS}/:call`,
      act: (visit, app) => {
        const call = app.calls.get(visit.parts['call'] ?? '');
        return call === undefined ? notFound() : json(200, shown(world, call));
      },
    },
    live('calls.update', 'PUT', (_visit, call, body) => update(world, call, body)),
    ...soundOperations(world, live),
    { name: 'files.fetch', at: 'GET /v1/files/:file', act: file },
  ];
}

type Live = (name: string, at: string, act: Act) => Operation<Application>;

/** What is put on a call from outside, whatever it does itself. */
function soundOperations(world: World, live: Live): Operation<Application>[] {
  return [
    live('talk.start', 'PUT /talk', (_visit, call, body) => talk(world, call, body)),
    live('talk.stop', 'DELETE /talk', (_visit, call) => {
      call.stop_talk?.();
      return done(call, 'Talk stopped');
    }),
    live('stream.start', 'PUT /stream', (_visit, call, body) => stream(world, call, body)),
    live('stream.stop', 'DELETE /stream', (_visit, call) => {
      call.stop_stream?.();
      return done(call, 'Stream stopped');
    }),
    live('dtmf.send', 'PUT /dtmf', (_visit, call, { digits }) => {
      call.line?.hear(`dtmf: ${String(digits)}`, String(digits).replaceAll('p', 'w'));
      return done(call, 'DTMF sent');
    }),
    live('dtmf.subscribe', 'PUT /input/dtmf', (_visit, call, { event_url }) => {
      const [url = ''] = event_url as readonly string[];
      call.digits_hook = { url, method: 'POST' };
      return NO_CONTENT;
    }),
    live('dtmf.unsubscribe', 'DELETE /input/dtmf', (_visit, call) => {
      call.digits_hook = null;
      return NO_CONTENT;
    }),
  ];
}

interface Turn {
  readonly visit: Visit;
  readonly app: Application;
  readonly act: Act;
}

/** What is done to a call that is up; of one that is over, the API knows nothing any more. */
function onLive(name: string, { visit, app, act }: Turn): Answer | Promise<Answer> {
  const call = app.calls.get(visit.parts['call'] ?? '');
  if (call === undefined || isOver(call)) return notFound();
  const body = bodyOf(visit);
  return faultOfBody(name, body) ?? act(visit, call, body);
}

function bodyOf({ body }: Visit): Json {
  const read = parseJson(body === '' ? '{}' : body);
  return read.ok && typeof read.value === 'object' && read.value !== null ? { ...read.value } : {};
}

function done({ uuid }: Call, message: string): Answer {
  return json(200, { message, uuid });
}

function shown({ clock, settings }: World, call: Call): Json {
  const { tm_ended } = call;
  const priced = tm_ended !== null && clock.now() - tm_ended >= settings.price_after_ms;
  return callJson(call, { priced });
}

/** Test numbers that are refused at once. */
const REFUSED: readonly string[] = ['15005550001', '15005550002', '15005550003', '15005550004'];

function create(world: World, visit: Visit, app: Application): Answer {
  const body = bodyOf(visit);
  const fault = faultOfBody('calls.create', body);
  if (fault !== null) return fault;
  const [to] = body['to'] as readonly [Endpoint];
  const from = body['from'] as Endpoint | undefined;
  if (from === undefined && body['random_from_number'] !== true)
    return refused(400, 'Bad Request', { detail: 'from is missing' });
  if (REFUSED.includes(addressOf(to)))
    return refused(403, 'Forbidden', { detail: 'The destination is not permitted.' });
  const call = makeCall(world, app, {
    direction: 'outbound',
    from: from === undefined ? '12025550100' : addressOf(from),
    to,
    source: sourceOf(body, { from: from === undefined ? '' : addressOf(from), to }),
    event: hookOf(body, 'event'),
    ringing_s: Number(body['ringing_timer'] ?? RINGING_S),
    length_s: Number(body['length_timer'] ?? LENGTH_S),
    detection: detectionOf(body),
  });
  named(call);
  dial(world, call);
  const { uuid, status, direction, conversation } = call;
  return json(201, { uuid, status, direction, conversation_uuid: conversation.uuid });
}

/** The answer address is told which leg asks, which is known only once the leg is made. */
function named({ order, uuid, conversation }: Call): void {
  const { source } = order;
  if (source !== null && 'hook' in source)
    Object.assign(source.payload, { uuid, conversation_uuid: conversation.uuid });
}

function sourceOf(body: Json, { from, to }: { from: string; to: Endpoint }): Source {
  if (body['ncco'] !== undefined) return { ncco: body['ncco'] };
  const [url = ''] = body['answer_url'] as readonly string[];
  const hook = { url, method: body['answer_method'] === 'POST' ? 'POST' : 'GET' };
  const region_url = 'https://api-us-3.vonage.com';
  const payload = { to: addressOf(to), from, endpoint_type: to.type, region_url };
  return { hook, tag: 'answer', payload };
}

function hookOf(body: Json, name: string): Hook | null {
  const [url] = (body[`${name}_url`] ?? []) as readonly string[];
  const method = body[`${name}_method`] === 'GET' ? 'GET' : 'POST';
  return url === undefined ? null : { url, method };
}

function detectionOf(body: Json): Detection | null {
  const simple = body['machine_detection'];
  const advanced = body['advanced_machine_detection'] as Json | undefined;
  if (simple === undefined && advanced === undefined) return null;
  const behavior = (advanced?.['behavior'] ?? simple) === 'hangup' ? 'hangup' : 'continue';
  const beep = advanced?.['mode'] === 'detect_beep';
  return { behavior, beep, beep_timeout_s: Number(advanced?.['beep_timeout'] ?? BEEP_S) };
}

function list(world: World, { query }: Visit, app: Application): Answer {
  const size = Number(query.get('page_size') ?? 10);
  const index = Number(query.get('record_index') ?? 0);
  if (!(size >= 1 && size <= SIZE_MAX) || !(index >= 0))
    return refused(400, 'Bad Request', { detail: 'page_size or record_index is out of range' });
  const found = matching(world, query, app);
  const link = (at: number): Json => ({ href: `${CALLS}?page_size=${size}&record_index=${at}` });
  const has_more = index + size < found.length;
  return json(200, {
    count: found.length,
    page_size: size,
    record_index: index,
    _links: {
      self: link(index),
      ...(has_more ? { next: nextLink(world, link(index + size)) } : {}),
    },
    _embedded: { calls: found.slice(index, index + size).map((call) => shown(world, call)) },
  });
}

/** The SDK reads the next link as an absolute URL. */
function nextLink({ url }: World, { href }: Json): Json {
  return { href: `${url()}${String(href)}` };
}

function matching({ clock, settings }: World, query: URLSearchParams, app: Application): Call[] {
  const [status, conversation] = [query.get('status'), query.get('conversation_uuid')];
  const [since, until] = [query.get('date_start'), query.get('date_end')];
  const found = [...app.calls.values()]
    .filter((call) => call.tm_created <= clock.now() - settings.list_lag_ms)
    .filter((call) => status === null || call.status === status)
    .filter((call) => conversation === null || call.conversation.uuid === conversation)
    .filter((call) => since === null || call.tm_created >= Date.parse(since))
    .filter((call) => until === null || call.tm_created <= Date.parse(until));
  return query.get('order') === 'desc' ? found.toReversed() : found;
}

function update(world: World, call: Call, body: Json): Answer {
  switch (body['action']) {
    case 'hangup':
      hangUp(world, call);
      break;
    case 'transfer':
      if (call.tm_answered === null) return refused(400, 'Bad Request', { detail: 'not answered' });
      world.perform(call, transferOf(body['destination'] as Json));
      break;
    case 'mute':
    case 'unmute':
      call.muted = body['action'] === 'mute';
      break;
    default:
      call.earmuffed = body['action'] === 'earmuff';
  }
  return NO_CONTENT;
}

function transferOf(destination: Json): Source {
  if (destination['ncco'] !== undefined) return { ncco: destination['ncco'] };
  const [url = ''] = destination['url'] as readonly string[];
  return { hook: { url, method: 'GET' }, tag: 'transfer', payload: {} };
}

function talk(world: World, call: Call, { text, loop = 1 }: Json): Answer {
  call.stop_talk?.();
  call.line?.hear(`talk: ${String(text)}`);
  call.stop_talk = sounding(world, call, sayingMs(String(text)) * Math.max(1, Number(loop)));
  return done(call, 'Talk started');
}

async function stream(world: World, call: Call, { stream_url, loop = 1 }: Json): Promise<Answer> {
  const [url = ''] = stream_url as readonly string[];
  const ms = await playingMs(world, url);
  if (ms === null) return refused(400, 'Bad Request', { detail: 'stream_url cannot be fetched' });
  call.stop_stream?.();
  call.line?.hear(`stream: ${url}`);
  call.stop_stream = sounding(world, call, ms * Math.max(1, Number(loop)));
  return done(call, 'Stream started');
}

/** Something sounds over whatever the call does, for so long; the answer stops it. */
function sounding(world: World, call: Call, ms: number): () => void {
  const cancel = world.clock.after(ms, () => undefined);
  return () => {
    cancel();
    call.line?.hear('silence');
  };
}

function file({ parts }: Visit, app: Application): Answer {
  const recording = app.recordings.get(parts['file'] ?? '');
  if (recording === undefined || recording.tm_end === null) return notFound();
  const ms = Math.min(msOf(recording), MEDIA_MS_MAX);
  const is_wav = recording.format === 'wav';
  return {
    status: 200,
    headers: { 'content-type': is_wav ? 'audio/wav' : 'audio/mpeg' },
    body: is_wav ? wavOf(ms, { rate: 16_000, channels: recording.channels }) : mp3Of(ms),
  };
}
