import type { Instant } from '../../kernel/brand.ts';
import type { Fault } from '../web/faults.ts';
import type { Letter } from '../web/postman.ts';
import type { Outgoing, Returned } from '../web/courier.ts';
import { signatureOf } from './signature.ts';
import type { Account, Call, Hook, World } from './state.ts';
import { dateOf } from './wire.ts';

export type Params = Readonly<Record<string, string>>;

/** What a letter to an application is about. */
export interface Mail {
  readonly account: Account;
  readonly hook: Hook;
  readonly tag: string;
  readonly leg: string;
  readonly about: readonly string[];
  readonly params: Params;
}

const CONNECT_MS = 5_000;
const READ_MS = 15_000;
const RETRY_MS = 500;
const STALE_MS = 3_600_000;

/**
 * How a URL's fragment overrides what Twilio does when a request fails: rc retries, rp the failures
 * that are retried, ct and rt the time limits in ms. The fragment is neither sent nor signed.
 */
interface Override {
  readonly url: string;
  readonly retries: number;
  readonly policy: readonly string[];
  readonly timeout_ms: number;
}

export function overrideOf(address: string): Override {
  const [url = '', fragment = ''] = address.split('#');
  const words = new URLSearchParams(fragment);
  const number = (name: string, preset: number): number => {
    const value = Number(words.get(name) ?? preset);
    return Number.isFinite(value) && value >= 0 ? value : preset;
  };
  return {
    url,
    retries: number('rc', 1),
    policy: (words.get('rp') ?? 'ct').split(','),
    timeout_ms: number('ct', CONNECT_MS) + number('rt', READ_MS),
  };
}

/** Whether a failure is one that is tried again. By default only a connection that failed is. */
function isRetried({ policy }: Override, returned: Returned): boolean {
  const word = wordOf(returned);
  return word !== null && (policy.includes('all') || policy.includes(word));
}

function wordOf(returned: Returned): string | null {
  if (!returned.ok) return returned.failure === 'connect' ? 'ct' : 'rt';
  if (returned.status >= 500) return '5xx';
  return returned.status >= 400 ? '4xx' : null;
}

/** Makes a request of an application as Twilio does: a form, signed with the auth token. */
export function send(world: World, mail: Mail): Promise<Returned> {
  const override = overrideOf(mail.hook.url);
  const { tag, leg, about } = mail;
  const letter: Letter = {
    tag,
    leg,
    about,
    write: (flaw) => written(mail, { override, flaw, names: world.names }),
    retries: (returned) => (isRetried(override, returned) ? override.retries : 0),
    retry_ms: RETRY_MS,
  };
  return world.postman.post(letter);
}

interface Ink {
  readonly override: Override;
  readonly flaw: Fault | null;
  readonly names: World['names'];
}

function written(mail: Mail, { override, flaw, names }: Ink): Outgoing {
  const { method } = mail.hook;
  const params = spoilt(mail.params, flaw);
  const form = new URLSearchParams(params).toString();
  const joint = override.url.includes('?') ? '&' : '?';
  const url = method === 'GET' ? `${override.url}${joint}${form}` : override.url;
  const token =
    flaw?.do === 'wrong_secret' ? `${mail.account.auth_token}0` : mail.account.auth_token;
  const signature = signatureOf(token, url, method === 'GET' ? {} : params);
  const tampered =
    flaw?.do === 'tampered' ? form.replace(/CallStatus=[^&]*/, 'CallStatus=busy') : form;
  return {
    method,
    url,
    headers: {
      'user-agent': 'TwilioProxy/1.1',
      accept: '*/*',
      'i-twilio-idempotency-token': names.uuid(),
      ...(flaw?.do === 'unsigned' ? {} : { 'x-twilio-signature': signature }),
      ...(method === 'GET'
        ? {}
        : { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }),
    },
    body: method === 'GET' ? '' : tampered,
    timeout_ms: override.timeout_ms,
  };
}

function spoilt(params: Params, flaw: Fault | null): Params {
  if (flaw?.do === 'other_account') return { ...params, AccountSid: `AC${'f'.repeat(32)}` };
  if (flaw?.do !== 'stale' || params['Timestamp'] === undefined) return params;
  const at = (Date.parse(params['Timestamp']) - (flaw.ms ?? STALE_MS)) as Instant;
  return { ...params, Timestamp: dateOf(at) };
}

/** What every request about a call carries. */
export function paramsOf(call: Call): Record<string, string> {
  return {
    AccountSid: call.account.sid,
    ApiVersion: '2010-04-01',
    CallSid: call.sid,
    CallStatus: call.status,
    Called: call.to,
    Caller: call.from,
    Direction: call.direction,
    From: call.from,
    To: call.to,
    ...(call.parent_sid === null ? {} : { ParentCallSid: call.parent_sid }),
    ...(call.answered_by === null ? {} : { AnsweredBy: call.answered_by }),
  };
}
