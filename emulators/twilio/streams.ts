import WebSocket from 'ws';
import { parseJson } from '../../kernel/foreign.ts';
import { toneSamples, ulaw } from '../media/tone.ts';
import { sendAbout } from './reports.ts';
import { signatureOf } from './signature.ts';
import { type Call, type Hook, sid, type Stream, type World } from './state.ts';
import { dateOf } from './wire.ts';

export interface StreamOrder {
  readonly call: Call;
  readonly url: string;
  readonly name: string;
  readonly track: string;
  readonly two_way: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  readonly report: Hook | null;
}

const FRAME_MS = 20;
const RATE = 8_000;
const FRAME_SAMPLES = (RATE * FRAME_MS) / 1_000;

/** A stream, and a promise that resolves when it is over. */
export interface Opened {
  readonly stream: Stream;
  readonly closed: Promise<void>;
}

/**
 * Sends a call's sound to an application over a WebSocket, as Media Streams does, and takes sound
 * from it where the stream goes both ways.
 */
export function openStream(world: World, order: StreamOrder): Opened {
  const { call } = order;
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const stream: Stream = {
    sid: sid(world, 'MZ'),
    kind: 'stream',
    call,
    name: order.name,
    tm_updated: world.clock.now(),
    status: 'in-progress',
    stop: () => undefined,
  };
  call.account.streams.set(stream.sid, stream);
  const wire = new Wire(world, order, stream.sid);
  const end = (event: string): void => {
    if (stream.status === 'stopped') return;
    stream.status = 'stopped';
    stream.tm_updated = world.clock.now();
    wire.end();
    report(world, order, { sid: stream.sid, event });
    resolve();
  };
  stream.stop = () => end('stream-stopped');
  call.on_end.add(stream.stop);
  wire.open({
    opened: () => report(world, order, { sid: stream.sid, event: 'stream-started' }),
    closed: () => end('stream-stopped'),
    failed: () => end('stream-error'),
  });
  return { stream, closed };
}

function report(
  world: World,
  { call, name, report: hook }: StreamOrder,
  news: { readonly sid: string; readonly event: string },
): void {
  if (hook === null) return;
  const params = {
    AccountSid: call.account.sid,
    CallSid: call.sid,
    StreamSid: news.sid,
    StreamName: name,
    StreamEvent: news.event,
    Timestamp: dateOf(world.clock.now()),
  };
  void sendAbout(world, { call, hook, tag: `stream.${news.event}`, params });
}

interface WireEvents {
  opened(): void;
  closed(): void;
  failed(): void;
}

/** The socket of one stream: JSON messages, numbered from 1, with µ-law sound in base64. */
class Wire {
  readonly #world: World;
  readonly #order: StreamOrder;
  readonly #sid: string;
  #socket: WebSocket | null = null;
  #sequence = 0;
  #chunk = 0;
  #cancel: () => void = () => undefined;

  constructor(world: World, order: StreamOrder, stream_sid: string) {
    this.#world = world;
    this.#order = order;
    this.#sid = stream_sid;
  }

  open(events: WireEvents): void {
    const { courier } = this.#world;
    const { account } = this.#order.call;
    const { url } = this.#order;
    const reached = URL.canParse(url) ? courier.reach(url) : null;
    if (reached === null || !/^wss?:$/.test(reached.protocol)) return events.failed();
    const headers = { 'x-twilio-signature': signatureOf(account.auth_token, url, {}) };
    const socket = new WebSocket(reached, { headers });
    this.#socket = socket;
    socket.on('open', () => {
      this.#begin();
      events.opened();
    });
    socket.on('message', (data: Buffer) => this.#hear(data.toString()));
    socket.on('error', () => events.failed());
    socket.on('close', () => events.closed());
  }

  /** Says `stop` and closes. */
  end(): void {
    this.#cancel();
    const { accountSid, callSid } = this.#ids();
    this.#send({ event: 'stop', stop: { accountSid, callSid } });
    this.#socket?.close();
  }

  #ids(): { accountSid: string; callSid: string } {
    const { call } = this.#order;
    return { accountSid: call.account.sid, callSid: call.sid };
  }

  #begin(): void {
    const { track, parameters, two_way, call } = this.#order;
    const tracks =
      track === 'both_tracks' ? ['inbound', 'outbound'] : [track.replace('_track', '')];
    this.#socket?.send(JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' }));
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: RATE, channels: 1 };
    const start = {
      ...this.#ids(),
      streamSid: this.#sid,
      tracks,
      mediaFormat,
      customParameters: parameters,
    };
    this.#send({ event: 'start', start });
    if (two_way)
      call.on_digit = (digit) =>
        this.#send({ event: 'dtmf', dtmf: { track: 'inbound_track', digit } });
    this.#frame(tracks);
  }

  #frame(tracks: readonly string[]): void {
    this.#cancel = this.#world.clock.after(FRAME_MS, () => {
      const payload = ulaw(toneSamples(RATE, this.#chunk * FRAME_SAMPLES, FRAME_SAMPLES));
      const timestamp = String(this.#chunk * FRAME_MS);
      this.#chunk += 1;
      const media = { chunk: String(this.#chunk), timestamp, payload: payload.toString('base64') };
      for (const track of tracks) this.#send({ event: 'media', media: { track, ...media } });
      this.#frame(tracks);
    });
  }

  #hear(text: string): void {
    const { call, two_way } = this.#order;
    const read = parseJson(text);
    if (!two_way || !read.ok || typeof read.value !== 'object' || read.value === null) return;
    const message = read.value as { event?: unknown; mark?: unknown };
    if (message.event === 'media') call.line?.hear('media');
    if (message.event === 'clear') call.line?.hear('clear');
    if (message.event === 'mark') this.#send({ event: 'mark', mark: message.mark });
  }

  #send(message: Readonly<Record<string, unknown>>): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#sequence += 1;
    const sequenceNumber = String(this.#sequence);
    this.#socket.send(JSON.stringify({ ...message, sequenceNumber, streamSid: this.#sid }));
  }
}
