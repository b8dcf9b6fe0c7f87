import WebSocket from 'ws';
import { linear, toneSamples } from '../media/tone.ts';
import { type Call, isOver, type World } from './state.ts';
import { signToken } from './tokens.ts';

const FRAME_MS = 20;

/** What becomes of a leg that is a WebSocket. */
export interface SocketEvents {
  opened(): void;
  ended(by: 'far_end' | 'near_end'): void;
}

/**
 * A leg whose party is an application's WebSocket: it is answered when the socket opens, hears the
 * conversation as binary frames of 16-bit samples, and speaks in frames of the same size.
 */
export function openSocket(world: World, call: Call, events: SocketEvents): void {
  const { to } = call.order;
  const rate = Number(/rate=(\d+)/.exec(to['content-type'] ?? '')?.[1] ?? 16_000);
  const reached = world.courier.reach(to.uri ?? '');
  const socket = new WebSocket(reached, { headers: headersFor(world, call) });
  const wire = new Wire(world, socket, rate);
  socket.on('open', () => {
    const first = { event: 'websocket:connected', 'content-type': to['content-type'] };
    socket.send(JSON.stringify({ ...first, ...to.headers }));
    wire.play();
    events.opened();
  });
  socket.on('error', () => events.ended('far_end'));
  socket.on('close', () => {
    wire.stop();
    events.ended('far_end');
  });
  call.digits_hook ??= null;
  call.on_end.add(() => {
    wire.stop();
    socket.close();
  });
  call.on_digit = (digit) => {
    if (!isOver(call))
      socket.send(JSON.stringify({ event: 'websocket:dtmf', digit, duration: 260 }));
  };
}

/** `authorization: {type: vonage}` sends the account's signed token, `custom` a word of its own. */
function headersFor({ clock, names }: World, { app, order }: Call): Record<string, string> {
  const { authorization } = order.to;
  if (authorization === undefined) return {};
  if (authorization.type !== 'vonage') return { authorization: authorization.value ?? '' };
  const { api_key, signature_secret } = app.account;
  const iat = Math.floor(clock.wall() / 1_000);
  const claims = { iat, jti: names.uuid(), iss: 'Vonage', api_key, application_id: app.id };
  return { authorization: `Bearer ${signToken(claims, signature_secret)}` };
}

/** Sends a tone, a frame every 20 ms. */
class Wire {
  readonly #world: World;
  readonly #socket: WebSocket;
  readonly #rate: number;
  #sent = 0;
  #cancel: () => void = () => undefined;

  constructor(world: World, socket: WebSocket, rate: number) {
    this.#world = world;
    this.#socket = socket;
    this.#rate = rate;
  }

  play(): void {
    const samples = (this.#rate * FRAME_MS) / 1_000;
    this.#cancel = this.#world.clock.after(FRAME_MS, () => {
      if (this.#socket.readyState !== WebSocket.OPEN) return;
      this.#socket.send(linear(toneSamples(this.#rate, this.#sent * samples, samples)));
      this.#sent += 1;
      this.play();
    });
  }

  stop(): void {
    this.#cancel();
  }
}
