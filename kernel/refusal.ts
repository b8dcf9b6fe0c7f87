/**
 * Every way a request can be refused. api/errors.ts gives each its HTTP status, message and page;
 * docs/errors.md is printed from there.
 */
export type RefusalCode =
  // the request itself
  | 'invalid_json'
  | 'invalid_request'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'page_token_invalid'
  | 'not_found'
  | 'method_not_allowed'
  // who asks
  | 'unauthenticated'
  | 'key_expired'
  | 'scope_missing'
  | 'role_missing'
  | 'test_key_required'
  | 'rate_limited'
  // repeated requests
  | 'idempotency_key_invalid'
  | 'idempotency_mismatch'
  | 'idempotency_in_progress'
  | 'conflict'
  // calls
  | 'number_invalid'
  | 'number_not_routable'
  | 'country_not_enabled'
  | 'number_blocked'
  | 'destination_type_unsupported'
  | 'no_route'
  | 'insufficient_balance'
  | 'number_unavailable'
  | 'limit_reached'
  | 'call_ended'
  | 'call_state'
  | 'capability_missing'
  | 'master_ended'
  | 'groupcall_too_deep'
  // recordings
  | 'recording_running'
  | 'link_invalid'
  | 'transfer_impossible'
  | 'agent_not_found'
  // flows
  | 'flow_not_found'
  | 'tag_not_found'
  | 'username_taken'
  | 'flow_invalid'
  | 'flow_not_blocked'
  // webhooks, providers, money, tests
  | 'url_refused'
  | 'provider_config_invalid'
  | 'provider_in_use'
  | 'payment_mismatch'
  | 'customer_deleted'
  | 'clock_locked'
  | 'notice_refused'
  // us
  | 'service_unavailable'
  | 'internal_error';

/** The caller's fault, as a value. `param` is a JSON pointer or a parameter's name. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly param: string | null;
  /** What exactly is wrong, where the code alone does not say it. */
  readonly message: string | null;
}

export function refusal(
  code: RefusalCode,
  param: string | null = null,
  message: string | null = null,
): Refusal {
  return { code, param, message };
}
