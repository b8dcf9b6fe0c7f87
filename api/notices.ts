import type { Request } from 'express';
import type { ProviderId } from '../kernel/brand.ts';
import { isUuid } from '../kernel/uuid.ts';
import { readBody } from './body.ts';
import type { Desk } from './desk.ts';
import { type Outcome, refuse } from './operation.ts';
import { limitHeaders, type Visit } from './reply.ts';

/**
 * A request of a carrier. Everything it says is checked by the carrier's own signature; who cannot
 * sign is limited by address.
 */
export async function noticeOutcome(visit: Visit, desk: Desk): Promise<Outcome> {
  const { request } = visit;
  const read = await readBody(request);
  if (!read.ok) return { refused: read.refused };
  const provider_id = String(request.params['provider_id']);
  const notice = {
    method: request.method,
    path: pathOf(request.url, provider_id),
    headers: headersOf(request),
    body: read.value.toString('utf8'),
  };
  const reply = isUuid(provider_id)
    ? await desk.exchange.notice(provider_id as ProviderId, notice)
    : null;
  if (reply !== null) return { status: reply.status, text: reply.body, type: reply.type };
  const verdict = desk.strangers.take(request.socket.remoteAddress ?? '');
  if (verdict.ok) return refuse('notice_refused');
  Object.assign(visit.headers, limitHeaders(verdict));
  const { refused } = RATE_LIMITED;
  return { refused, retry_after_s: verdict.retry_after_s };
}

const RATE_LIMITED = refuse('rate_limited') as Extract<Outcome, { refused: unknown }>;

/** What follows the provider's notice_url, with its query: carriers sign it as they wrote it. */
function pathOf(url: string, provider_id: string): string {
  return url.slice(url.indexOf(provider_id) + provider_id.length);
}

function headersOf({ headers }: Request): Record<string, string> {
  const flat = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  return Object.fromEntries(flat) as Record<string, string>;
}
