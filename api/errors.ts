import type { Refusal, RefusalCode } from '../kernel/refusal.ts';

export type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'conflict_error'
  | 'rate_limit_error'
  | 'payment_error'
  | 'api_error';

/** One way to be refused: its HTTP status and kind, what is said, and what to do about it. */
export interface ErrorEntry {
  readonly status: number;
  readonly type: ErrorType;
  readonly message: string;
  /** For docs/errors.md: when it comes, and the way out. */
  readonly advice: string;
}

function entry(
  [status, type]: readonly [number, ErrorType],
  message: string,
  advice: string,
): ErrorEntry {
  return { status, type, message, advice };
}

const invalid = [400, 'invalid_request_error'] as const;
const impossible = [422, 'invalid_request_error'] as const;
const unknown_caller = [401, 'authentication_error'] as const;
const forbidden = [403, 'permission_error'] as const;
const conflicting = [409, 'conflict_error'] as const;

/** Every error there is. Nothing else invents one; docs/errors.md is printed from here. */
export const ERRORS: Readonly<Record<RefusalCode, ErrorEntry>> = {
  invalid_json: entry(
    invalid,
    'The body is not valid JSON.',
    'Send one JSON object in UTF-8. Names such as `__proto__` are refused.',
  ),
  invalid_request: entry(
    invalid,
    'The request does not satisfy the contract.',
    '`param` points at what is wrong. Unknown fields and parameters are refused, not ignored.',
  ),
  body_too_large: entry(
    [413, 'invalid_request_error'],
    'The body is larger than 1 MB.',
    'Send less at once.',
  ),
  unsupported_media_type: entry(
    [415, 'invalid_request_error'],
    'The body must be application/json.',
    'Send `Content-Type: application/json`, uncompressed.',
  ),
  page_token_invalid: entry(
    invalid,
    'The page_token is not one of ours.',
    'Take `next_page_token` from the page before, as it stands.',
  ),
  not_found: entry(
    [404, 'not_found_error'],
    'There is no such object.',
    'What belongs to another customer answers the same.',
  ),
  method_not_allowed: entry(
    [405, 'invalid_request_error'],
    'This path does not have this method.',
    'The `Allow` header lists those it has.',
  ),
  unauthenticated: entry(
    unknown_caller,
    'No valid access key was given.',
    'Send `Authorization: Bearer tdm_…`. A key that was revoked answers the same.',
  ),
  key_expired: entry(unknown_caller, 'The access key has expired.', 'Make a new one.'),
  scope_missing: entry(
    forbidden,
    'The access key lacks a scope.',
    '`param` names the scope. Make a key that has it.',
  ),
  role_missing: entry(
    forbidden,
    "This needs an administrator's key.",
    'Ask whoever runs this Tandem.',
  ),
  test_key_required: entry(
    forbidden,
    'This needs a test key.',
    'Use a key that begins with `tdm_test_`.',
  ),
  rate_limited: entry(
    [429, 'rate_limit_error'],
    'Too many requests.',
    'Wait as long as `Retry-After` says. Hangups have a share of their own.',
  ),
  idempotency_key_invalid: entry(
    invalid,
    'The Idempotency-Key must be 1 to 255 printable ASCII characters.',
    'A UUID does well.',
  ),
  idempotency_mismatch: entry(
    impossible,
    'This Idempotency-Key was used for another request.',
    'Use a new key for a new request. Nothing was done.',
  ),
  idempotency_in_progress: entry(
    conflicting,
    'The first request with this Idempotency-Key is still running.',
    'Wait as long as `Retry-After` says and send it again.',
  ),
  conflict: entry(
    conflicting,
    'Somebody else changed this at the same time.',
    'Read it again, and change it again.',
  ),
  number_invalid: entry(
    invalid,
    'The number is not a valid phone number.',
    'E.164: a plus sign, the country code, 7 to 15 digits. Numbers are refused, not repaired.',
  ),
  number_not_routable: entry(
    impossible,
    'The number cannot be reached.',
    'It is well formed, but no network serves it.',
  ),
  country_not_enabled: entry(
    impossible,
    'Calls to this country are not enabled.',
    'Ask whoever runs this Tandem to enable it.',
  ),
  number_blocked: entry(impossible, 'The number is blocked.', 'Calls to it are not allowed.'),
  destination_type_unsupported: entry(
    impossible,
    'Destinations of this type cannot be called.',
    'Call a `tel` address.',
  ),
  no_route: entry(
    impossible,
    'No route leads to this destination.',
    '`POST /v1/routes/preview` says which routes were left out, and why.',
  ),
  insufficient_balance: entry(
    [402, 'payment_error'],
    'The balance does not pay for the first increment of the call.',
    'Top the billing account up.',
  ),
  call_ended: entry(
    conflicting,
    'The call has ended: its status is hangup.',
    'Nothing can be done to it any more.',
  ),
  call_state: entry(
    conflicting,
    'This cannot be done to the call as it stands.',
    'The message names the state. Most of it needs a call that is `progressing`.',
  ),
  capability_missing: entry(
    impossible,
    'The carrier of the call does not offer this.',
    'Put the action into the flow of the call: a route is taken whose carrier has all it needs.',
  ),
  number_unavailable: entry(
    impossible,
    'The number cannot be had.',
    'Nobody sells it, or somebody else has it. `GET /v1/available_numbers` lists what is for sale.',
  ),
  limit_reached: entry(
    impossible,
    'There are as many of these as there may be.',
    'The message says how many. Delete what is not needed any more.',
  ),
  master_ended: entry(
    conflicting,
    'The master call has ended.',
    'Calls are chained to calls that dial, ring or talk.',
  ),
  groupcall_too_deep: entry(
    conflicting,
    'Groupcalls lie within groupcalls too often.',
    'An agent must not stand for itself, however far round.',
  ),
  recording_running: entry(
    conflicting,
    'The recording is not over yet.',
    'Stop it first, and wait for `recording_ready`.',
  ),
  link_invalid: entry(
    forbidden,
    'The link does not work, or works no more.',
    'Get a new one: `GET /v1/recordingfiles/{id}`.',
  ),
  transfer_impossible: entry(
    conflicting,
    'The call does not talk with exactly one other.',
    'A call that a `connect` or a queue has brought together with one other can be transferred.',
  ),
  agent_not_found: entry(
    [404, 'not_found_error'],
    'There is no such agent.',
    'What belongs to another customer answers the same.',
  ),
  tag_not_found: entry(
    [404, 'not_found_error'],
    'There is no such tag.',
    'What belongs to another customer answers the same.',
  ),
  username_taken: entry(
    conflicting,
    'Another agent has this username.',
    'Take another one. Names that differ in case alone are the same.',
  ),
  flow_not_found: entry(
    [404, 'not_found_error'],
    'There is no such flow.',
    'What belongs to another customer answers the same.',
  ),
  flow_invalid: entry(
    impossible,
    'The flow cannot be run.',
    '`param` points at the action. `POST /v1/flows/validate` says everything that is wrong.',
  ),
  flow_not_blocked: entry(
    conflicting,
    'The flow does not wait at a block.',
    'The message says where it is. It can be told to go on once it has come to a `block`.',
  ),
  url_refused: entry(
    impossible,
    'Nothing is ever sent to this URL.',
    'Public http and https addresses only; whoever runs this Tandem can allow others.',
  ),
  provider_config_invalid: entry(
    impossible,
    'The configuration does not satisfy the carrier.',
    '`param` points at the setting.',
  ),
  provider_in_use: entry(
    conflicting,
    'A route names this provider, or a number is from it.',
    'Delete the routes and the numbers first.',
  ),
  payment_mismatch: entry(
    conflicting,
    'This payment is known with another content.',
    'A payment id stands for one payment. Nothing was posted.',
  ),
  customer_deleted: entry(
    conflicting,
    'The customer has been deleted.',
    'Its books can be read; nothing is posted to them any more but what was still open.',
  ),
  clock_locked: entry(
    forbidden,
    'The test clock cannot be moved here.',
    'Whoever runs this Tandem has to allow it.',
  ),
  notice_refused: entry(
    forbidden,
    'The notice does not prove where it comes from.',
    'For carriers: sign notices with the secret of the provider, and send them at once.',
  ),
  service_unavailable: entry(
    [503, 'api_error'],
    'Not available right now.',
    'Wait as long as `Retry-After` says and send it again, with the same Idempotency-Key.',
  ),
  internal_error: entry(
    [500, 'api_error'],
    'Something went wrong on our side.',
    'Tell us the `request_id`.',
  ),
};

/** The error as callers see it. The message of the refusal wins over that of the registry. */
export function problemJson(
  { code, param, message }: Refusal,
  at: { readonly public_url: string; readonly request_id: string },
): Readonly<Record<string, unknown>> {
  const known = ERRORS[code];
  return {
    type: known.type,
    code,
    message: message ?? known.message,
    param,
    doc_url: `${at.public_url}/docs/errors#${code}`,
    request_id: at.request_id,
  };
}
