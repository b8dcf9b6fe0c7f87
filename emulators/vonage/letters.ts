import type { Returned } from '../web/courier.ts';
import type { Fault } from '../web/faults.ts';
import type { Letter } from '../web/postman.ts';
import type { Application, Call, Hook, Json, World } from './state.ts';
import { payloadHash, signToken } from './tokens.ts';
import { addressOf, stampOf } from './wire.ts';

/** What a letter to an application is about. */
export interface Mail {
  readonly app: Application;
  readonly hook: Hook;
  readonly tag: string;
  readonly leg: string;
  readonly about: readonly string[];
  readonly payload: Json;
  /** An NCCO may take longer to come than the answer to an event. */
  readonly is_document: boolean;
}

/** Vonage waits so long for an NCCO, and for the answer to an event. */
const NCCO_MS = 5_000;
const EVENT_MS = 3_000;
const RETRY_MS = 1_000;
const RETRIES = 2;
const STALE_MS = 3_600_000;

export function send(world: World, mail: Mail): Promise<Returned> {
  const { tag, leg, about } = mail;
  const letter: Letter = {
    tag,
    leg,
    about,
    write: (flaw) => written(world, mail, flaw),
    retries: (returned) => (isRetried(returned) ? RETRIES : 0),
    retry_ms: RETRY_MS,
  };
  return world.postman.post(letter);
}

function isRetried(returned: Returned): boolean {
  return !returned.ok || returned.status === 429 || returned.status >= 500;
}

function written(world: World, mail: Mail, flaw: Fault | null): ReturnType<Letter['write']> {
  const { method } = mail.hook;
  const is_get = method === 'GET';
  const honest = is_get ? '' : JSON.stringify(mail.payload);
  const token = tokenFor(world, mail, { body: honest, flaw });
  const body = flaw?.do === 'tampered' ? honest.replace('{', '{"tampered":true,') : honest;
  return {
    method,
    url: is_get ? withQuery(mail.hook.url, mail.payload) : mail.hook.url,
    headers: {
      accept: 'application/json',
      'user-agent': 'Nexmo/MessagingHUB/v1.0',
      ...(flaw?.do === 'unsigned' ? {} : { authorization: `Bearer ${token}` }),
      ...(is_get ? {} : { 'content-type': 'application/json' }),
    },
    body,
    timeout_ms: mail.is_document ? NCCO_MS : EVENT_MS,
  };
}

function withQuery(url: string, payload: Json): string {
  const reached = new URL(url);
  for (const [name, value] of Object.entries(payload))
    if (typeof value !== 'object') reached.searchParams.set(name, String(value));
  return reached.toString();
}

interface Ink {
  readonly body: string;
  readonly flaw: Fault | null;
}

/** The token a webhook carries: who sends it, when, and the hash of what it brings. */
function tokenFor({ clock, names, settings }: World, { app }: Mail, { body, flaw }: Ink): string {
  const { account, id } = app;
  const old_ms = flaw?.do === 'stale' ? (flaw.ms ?? STALE_MS) : 0;
  const at_ms = clock.wall() + settings.clock_skew_ms - old_ms;
  const claims = {
    iat: Math.floor(at_ms / 1_000),
    jti: names.uuid(),
    iss: 'Vonage',
    api_key: flaw?.do === 'other_account' ? 'ffffffff' : account.api_key,
    application_id: id,
    ...(body === '' ? {} : { payload_hash: payloadHash(body) }),
  };
  const secret = account.signature_secret;
  return signToken(claims, flaw?.do === 'wrong_secret' ? `${secret}0` : secret);
}

/** What every event about a call carries. */
export function eventBase(world: World, call: Call): Record<string, unknown> {
  const { order, uuid, conversation, direction } = call;
  const at = (world.clock.now() + world.settings.clock_skew_ms) as ReturnType<
    World['clock']['now']
  >;
  return {
    from: order.from,
    to: addressOf(order.to),
    uuid,
    conversation_uuid: conversation.uuid,
    direction,
    timestamp: stampOf(at),
  };
}

/** Tells an application something about a call. */
export function tell(world: World, call: Call, news: { tag: string; payload: Json }): void {
  const hook = call.order.event ?? call.app.event;
  if (hook !== null) void tellAt(world, call, { hook, ...news });
}

/** The same, at an address of its own; the answer may be an NCCO. */
export function tellAt(
  world: World,
  call: Call,
  news: { readonly hook: Hook; readonly tag: string; readonly payload: Json },
): Promise<Returned> {
  const about = [call.order.from, addressOf(call.order.to)];
  const letter = { app: call.app, leg: call.uuid, about, is_document: false, ...news };
  return send(world, letter);
}
