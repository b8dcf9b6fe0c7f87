import type { Request, RequestHandler, Response } from 'express';
import type { CustomerId } from '../kernel/brand.ts';
import { type Refusal, refusal } from '../kernel/refusal.ts';
import { isUuid } from '../kernel/uuid.ts';
import type { AccessKey } from '../store/rows.ts';
import { StoreError } from '../store/store.ts';
import { CallerGone, readJson } from './body.ts';
import type { Operation, OperationId } from './contract.ts';
import type { Desk } from './desk.ts';
import { actingFor, admit, forbidden, tokenOf, type Turned } from './door.ts';
import { type Idempotency, isIdempotencyKey } from './idempotency.ts';
import type { Verdict } from './limits.ts';
import { type Ask, NOT_FOUND, type Outcome, refuse, type Serve } from './operation.ts';
import { isTwice, queryPairs, readQuery } from './query.ts';
import { limitHeaders, reply, type Visit } from './reply.ts';

/** Serves one operation of the contract: lets in, checks, runs once, answers. */
export type Server = <Id extends OperationId>(
  operation: Operation,
  serve: Serve<Id>,
) => RequestHandler;

export function makeServing(desk: Desk, once: Idempotency): Server {
  return (operation, serve) => async (request, response) => {
    const visit = visitOf(desk, operation.id, { request, response });
    const run = serve as unknown as Serve<OperationId>;
    try {
      reply(desk, visit, await outcomeOf({ operation, run, visit, desk, once }));
    } catch (error) {
      if (error instanceof CallerGone) return;
      reply(desk, visit, failed(error, visit, desk));
    }
  };
}

/** A request as it arrived, and what will be answered in its headers. */
export function visitOf(
  { chance }: Desk,
  operation: string,
  pair: { readonly request: Request; readonly response: Response },
): Visit {
  const request_id = chance.uuid();
  return { ...pair, request_id, operation, began: performance.now(), headers: {}, key: null };
}

/** What an error nobody expected comes to. The log has all of it; the caller sees none. */
export function failed(error: unknown, { request_id }: Visit, { log }: Desk): Outcome {
  if (error instanceof StoreError && error.retry === 'later') {
    log.warn({ request_id, error }, 'the store did not answer');
    return { refused: refusal('service_unavailable'), retry_after_s: 1 };
  }
  log.error({ request_id, error }, 'a request failed');
  return refuse('internal_error');
}

interface Job {
  readonly operation: Operation;
  readonly run: Serve<OperationId>;
  readonly visit: Visit;
  readonly desk: Desk;
  readonly once: Idempotency;
}

async function outcomeOf(job: Job): Promise<Outcome> {
  const { operation, visit, desk } = job;
  const { request } = visit;
  const pairs = queryPairs(request.url);
  // Two keys could be two people: none of them is let in.
  if (isTwice('accesskey', pairs)) return refuse('invalid_request', 'accesskey', TWO_KEYS);
  const address = request.socket.remoteAddress ?? '';
  const key = await admit(tokenOf(request, pairs), address, desk);
  if ('refused' in key) return turnedAway(key, visit);
  visit.key = key;
  const verdict = desk.limits.take(operation.urgent ? `${key.id} urgent` : key.id);
  Object.assign(visit.headers, limitHeaders(verdict));
  if (!verdict.ok) return limited(verdict);
  const no = forbidden(key, operation);
  if (no !== null) return { refused: no };
  const query = readQuery(operation, pairs);
  return query.ok ? withBody(job, key, query.value) : { refused: query.refused };
}

const TWO_KEYS = 'accesskey is given twice';

function turnedAway({ refused, verdict }: Turned, visit: Visit): Outcome {
  if (verdict === null) {
    visit.headers['WWW-Authenticate'] = 'Bearer realm="tandem"';
    return { refused };
  }
  Object.assign(visit.headers, limitHeaders(verdict));
  return limited(verdict);
}

function limited({ retry_after_s }: Verdict): Outcome {
  return { refused: refusal('rate_limited'), retry_after_s };
}

async function withBody(
  job: Job,
  key: AccessKey,
  query: Record<string, unknown>,
): Promise<Outcome> {
  const { operation, visit, desk } = job;
  const id = String(visit.request.params['id'] ?? '');
  const customer_id = actingFor(key, query['customer_id']);
  if (customer_id === null) return refuse('not_found', 'customer_id');
  if (await isGone(customer_id, job, key)) return refuse('not_found', 'customer_id');
  const body = await bodyOf(operation, visit);
  if ('refused' in body) return body;
  // Looked at after the body, so that a foreign id and a malformed one answer alike.
  if (id !== '' && !isUuid(id)) return NOT_FOUND;
  const seed = { name: visit.request_id, at: desk.clock.now() };
  const last_event_id = textOf(visit.request.headers['last-event-id']);
  const { request_id } = visit;
  const ask = { request_id, key, customer_id, id, query, body: body.body, seed, last_event_id };
  return runOnce(job, ask as unknown as Ask<OperationId>);
}

async function bodyOf(
  { method, checkBody, body_required }: Operation,
  { request }: Visit,
): Promise<{ readonly body: unknown } | { readonly refused: Refusal }> {
  if (method === 'get' || (method === 'delete' && checkBody === null)) return { body: undefined };
  const read = await readJson(request);
  if (!read.ok) return { refused: read.refused };
  if (read.value === undefined && body_required)
    return { refused: refusal('invalid_json', null, 'a body is needed') };
  const body = read.value === undefined ? {} : read.value;
  // Said before the schema is asked, whose first complaint may be about what an object holds.
  if (!isObject(body)) return { refused: refusal('invalid_request', '', NO_OBJECT) };
  const problem = checkBody === null ? emptyProblem(body) : checkBody(body);
  return problem === null ? { body } : { refused: refusalOf(problem) };
}

/** What a deleted customer left may be read by administrators; nothing is made for it any more. */
async function isGone(id: CustomerId, { operation, desk }: Job, key: AccessKey): Promise<boolean> {
  if (operation.method === 'get' || id === key.customer_id) return false;
  return (await desk.customer(id)) === null;
}

const NO_OBJECT = 'the body must be a JSON object';

function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

/** An operation without a body takes none, or an empty object. */
function emptyProblem(body: object): { pointer: string; message: string; wanted: null } | null {
  const isEmpty = Object.keys(body).length === 0;
  return isEmpty ? null : { pointer: '', message: 'must be empty', wanted: null };
}

function refusalOf(problem: { pointer: string; message: string; wanted: unknown }): Refusal {
  const { pointer, message, wanted } = problem;
  const isNumber = wanted === E164_PATTERN;
  return isNumber
    ? refusal('number_invalid', pointer, `${pointer} must be a phone number such as +15005550006`)
    : refusal('invalid_request', pointer, `${pointer === '' ? 'the body' : pointer} ${message}`);
}

/** As the contract writes kernel/address.ts's E164. */
const E164_PATTERN = '^\\+[1-9][0-9]{6,14}$';

async function runOnce(job: Job, ask: Ask<OperationId>): Promise<Outcome> {
  const { operation, visit, desk, run, once } = job;
  const key = textOf(visit.request.headers['idempotency-key']);
  if (operation.method !== 'post' || key === null) return run(ask, desk);
  if (!isIdempotencyKey(key)) return refuse('idempotency_key_invalid', 'Idempotency-Key');
  const { customer_id, query, body } = ask;
  const path = visit.request.path;
  const repeatable = { operation, customer_id, key, path, query, body };
  const { outcome, replayed } = await once(repeatable, (seed) => run({ ...ask, seed }, desk));
  if (replayed) visit.headers['Idempotent-Replayed'] = 'true';
  return outcome;
}

function textOf(header: string | string[] | undefined): string | null {
  return header === undefined ? null : String(header);
}
