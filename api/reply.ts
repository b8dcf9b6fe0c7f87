import type { Request, Response } from 'express';
import type { AccessKey } from '../store/rows.ts';
import type { Desk } from './desk.ts';
import { ERRORS, problemJson } from './errors.ts';
import type { Verdict } from './limits.ts';
import { asText, JSON_TYPE, type Outcome } from './operation.ts';

/** One request on its way: `headers` collects what will be answered. */
export interface Visit {
  readonly request: Request;
  readonly response: Response;
  readonly request_id: string;
  /** The operationId; none where the contract has no such path. */
  readonly operation: string;
  readonly began: number;
  readonly headers: Record<string, string | number>;
  key: AccessKey | null;
}

/** No page, frame, cache or sniffer ever has business with an answer of this API. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

export function limitHeaders({ limit, remaining, reset_s }: Verdict): Record<string, number> {
  return limit === 0
    ? {}
    : { 'RateLimit-Limit': limit, 'RateLimit-Remaining': remaining, 'RateLimit-Reset': reset_s };
}

/** Answers, and says so in the log. The path is logged without its query: keys may be in it. */
export function reply(desk: Desk, visit: Visit, outcome: Outcome): void {
  const status = send(desk, visit, outcome);
  const ms = Math.round((performance.now() - visit.began) * 1_000) / 1_000;
  const { request, request_id, operation, key } = visit;
  desk.answered?.(operation, status, ms);
  const code = 'refused' in outcome ? outcome.refused.code : undefined;
  const who = key === null ? {} : { customer_id: key.customer_id, key_id: key.id };
  const fields = { request_id, operation, path: request.path, status, ms, code, ...who };
  if (status >= 500) desk.log.warn(fields, 'answered');
  else desk.log.info(fields, 'answered');
}

function send(desk: Desk, visit: Visit, outcome: Outcome): number {
  const { response, request_id } = visit;
  if ('stream' in outcome) {
    outcome.stream(response, request_id);
    return outcome.status ?? 200;
  }
  const { status, text, type, headers = {} } = written(desk, visit, outcome);
  if (response.headersSent || response.destroyed) return status;
  if (desk.stopping?.aborted === true) visit.headers['Connection'] = 'close';
  response.writeHead(status, {
    ...SAFE_HEADERS,
    ...visit.headers,
    ...headers,
    'X-Request-Id': request_id,
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
  return status;
}

type Written = Extract<Outcome, { text: string }>;

function written(
  desk: Desk,
  visit: Visit,
  outcome: Exclude<Outcome, { stream: unknown }>,
): Written {
  if (!('refused' in outcome)) return asText(outcome);
  const { refused, retry_after_s } = outcome;
  if (retry_after_s !== undefined) visit.headers['Retry-After'] = retry_after_s;
  const { public_url } = desk.config;
  const error = problemJson(refused, { public_url, request_id: visit.request_id });
  const text = JSON.stringify({ error });
  return { status: ERRORS[refused.code].status, text, type: JSON_TYPE };
}
