import type { Answer } from '../web/server.ts';
import type { Visit } from '../web/desk.ts';
import type { CallOrder, Detection, Hook, StatusHook } from './state.ts';
import { refused } from './wire.ts';

/** The form a request brings. Names may repeat. */
export function formOf(visit: Visit): URLSearchParams {
  return new URLSearchParams(visit.body);
}

const E164 = /^\+[1-9]\d{6,14}$/;
const SIP = /^sips?:[^@\s]+@[^\s]+$/;
const CLIENT = /^client:\S+$/;
const STEPS: readonly string[] = ['initiated', 'ringing', 'answered', 'completed'];
const METHODS: readonly string[] = ['GET', 'POST'];
const TWIML_MAX = 4_000;
const TIMEOUT_S_MAX = 600;
const TIME_LIMIT_S_MAX = 86_400;

function isParty(text: string): boolean {
  return E164.test(text) || SIP.test(text) || CLIENT.test(text);
}

/** Test numbers that are refused at once, as the sandbox refuses them. */
const REFUSED: Readonly<Record<string, readonly [number, string]>> = {
  '+15005550001': [21217, 'The phone number is not valid'],
  '+15005550002': [21214, "The 'To' phone number cannot be reached"],
  '+15005550003': [21215, 'Account not authorized to call this country'],
  '+15005550004': [21216, 'Account not allowed to call this number'],
};

/** Why a call cannot be made or a participant added; null when nothing is wrong with the form. */
export function faultOfCall(form: URLSearchParams, needs_document: boolean): Answer | null {
  const to = form.get('To') ?? '';
  const from = form.get('From') ?? '';
  if (to === '') return refused(400, 21201, "No 'To' number is specified");
  if (from === '') return refused(400, 21213, "'From' is required");
  if (!isParty(to))
    return refused(400, 21211, `The phone number you are attempting to call, ${to}, is not valid.`);
  if (!isParty(from))
    return refused(400, 21212, `The source phone number provided, ${from}, is not yet verified.`);
  const known = Object.hasOwn(REFUSED, to) ? REFUSED[to] : undefined;
  if (known !== undefined) return refused(400, ...known);
  return (needs_document ? faultOfDocument(form) : null) ?? faultOfOptions(form);
}

/** What is wrong with the document a form names; null when nothing is. */
export function faultOfDocument(form: URLSearchParams): Answer | null {
  const twiml = form.get('Twiml');
  if (twiml !== null)
    return twiml.length > TWIML_MAX ? refused(400, 32018, 'Twiml is too long') : null;
  const url = form.get('Url') ?? '';
  return isUrl(url) ? null : refused(400, 21205, `Url is not a valid URL: ${url}`);
}

function isUrl(url: string): boolean {
  return /^https?:\/\/\S+$/.test(url) && URL.canParse(url);
}

function faultOfOptions(form: URLSearchParams): Answer | null {
  const callback = form.get('StatusCallback');
  if (callback !== null && !isUrl(callback))
    return refused(400, 21609, `The StatusCallback URL ${callback} is not a valid URL.`);
  const steps = form.getAll('StatusCallbackEvent').flatMap((each) => each.split(' '));
  if (form.get('Label') === null && !steps.every((step) => STEPS.includes(step)))
    return refused(
      400,
      21626,
      `StatusCallbackEvents contains invalid value(s): ${steps.join(' ')}`,
    );
  for (const name of ['Method', 'FallbackMethod', 'StatusCallbackMethod']) {
    const method = form.get(name);
    if (method !== null && !METHODS.includes(method))
      return refused(400, 20001, `${name} ${method} is not GET or POST`);
  }
  return (
    faultOfNumber(form, 'Timeout', TIMEOUT_S_MAX) ??
    faultOfNumber(form, 'TimeLimit', TIME_LIMIT_S_MAX)
  );
}

function faultOfNumber(form: URLSearchParams, name: string, most: number): Answer | null {
  const text = form.get(name);
  if (text === null) return null;
  const value = Number(text);
  const fits = Number.isInteger(value) && value >= 1 && value <= most;
  return fits ? null : refused(400, 20001, `${name} ${text} is not from 1 to ${most}`);
}

/** A hook from a form: `Url` and `Method`, `StatusCallback` and `StatusCallbackMethod` … */
export function hookOf(form: URLSearchParams, name: string, method_name?: string): Hook | null {
  const url = form.get(name);
  if (url === null || url === '') return null;
  return { url, method: form.get(method_name ?? `${name}Method`) ?? 'POST' };
}

export function statusHookOf(
  form: URLSearchParams,
  name: string,
  preset: readonly string[],
): StatusHook | null {
  const hook = hookOf(form, name);
  if (hook === null) return null;
  const events = form.getAll(`${name}Event`).flatMap((each) => each.split(' '));
  return { ...hook, events: events.length === 0 ? preset : events };
}

/** The order a form gives. The form has been found in order. */
export function orderOf(form: URLSearchParams): CallOrder {
  return {
    document: hookOf(form, 'Url', 'Method'),
    twiml: form.get('Twiml'),
    fallback: hookOf(form, 'FallbackUrl', 'FallbackMethod'),
    status: statusHookOf(form, 'StatusCallback', ['completed']),
    timeout_s: Number(form.get('Timeout') ?? 60),
    time_limit_s: Number(form.get('TimeLimit') ?? 14_400),
    send_digits: form.get('SendDigits') ?? '',
    detection: detectionOf(form),
    record:
      form.get('Record') === 'true'
        ? {
            channels: form.get('RecordingChannels') === 'dual' ? 2 : 1,
            source: 'OutboundAPI',
            report: statusHookOf(form, 'RecordingStatusCallback', ['completed']),
          }
        : null,
  };
}

const DETECTION_S = 30;

function detectionOf(form: URLSearchParams): Detection | null {
  const mode = form.get('MachineDetection');
  if (mode !== 'Enable' && mode !== 'DetectMessageEnd') return null;
  return {
    mode,
    timeout_s: Number(form.get('MachineDetectionTimeout') ?? DETECTION_S),
    report: form.get('AsyncAmd') === 'true' ? hookOf(form, 'AsyncAmdStatusCallback') : null,
  };
}
