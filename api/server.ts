import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { CustomerId } from '../kernel/brand.ts';
import { type OperationId, OPERATIONS, type Operation } from './contract.ts';
import type { Deps, Desk } from './desk.ts';
import { problemJson } from './errors.ts';
import { makeIdempotency } from './idempotency.ts';
import { makeKeyring } from './keyring.ts';
import { makeLimits } from './limits.ts';
import { type OpenId, SERVED_OPENLY, type ServeOpen } from './open_operations.ts';
import { NOT_FOUND, type Outcome, refuse, type Serve } from './operation.ts';
import { SERVED } from './operations.ts';
import { makeRecall } from './recall.ts';
import { reply } from './reply.ts';
import { failed, makeServing, visitOf } from './serve.ts';

/** Requests a second and address of those who show no key; twice as many at once. */
const STRANGERS_PER_S = 10;
/** The operation of a request the contract knows nothing of. */
const NOWHERE = 'none';
const HEADERS_MS = 15_000;
const REQUEST_MS = 30_000;
/** Longer than the usual 60 s of load balancers, so that it is they who close. */
const KEEP_ALIVE_MS = 75_000;

/** The HTTP server of the API, not listening yet. */
export function makeServer(deps: Deps): Server {
  const app = makeApp(deskOf(deps));
  const options = {
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: 5_000,
  };
  const server = createServer(options, (request, response) => {
    // VoIPBIN's clients have this version in their base URL.
    if (request.url?.startsWith('/v1.0/')) request.url = `/v1/${request.url.slice(6)}`;
    app(request, response);
  });
  server.on('clientError', (error, socket) => refuseRaw(error, socket, deps));
  return server;
}

function deskOf(deps: Deps): Desk {
  const { store, clock, config, exchange } = deps;
  const customers = makeRecall(clock, (id) => store.shelves.customers.get('all', id));
  const keyring = makeKeyring(store.shelves.keys, clock, config.bootstrap_key ?? null);
  // First in line for the news: whoever hears it after this asks the store anew.
  exchange.watch('keys', () => keyring.forget());
  exchange.watch('customers', () => customers.forget());
  return {
    ...deps,
    keyring,
    limits: makeLimits(clock, config.rate_limit_per_s),
    strangers: makeLimits(clock, config.rate_limit_per_s === 0 ? 0 : STRANGERS_PER_S),
    customer: (id) => customers.get(id),
    customersChanged: (id: CustomerId) => {
      customers.forget();
      exchange.changed('customers', id);
    },
  };
}

/** Express with every operation of the contract, and nothing else. */
export function makeApp(desk: Desk): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.enable('strict routing');
  app.enable('case sensitive routing');
  const serving = makeServing(desk, makeIdempotency(desk));
  const paths = Map.groupBy(OPERATIONS, ({ path }) => path);
  for (const [path, operations] of paths) {
    const route = app.route(expressPath(path));
    for (const operation of operations)
      route[operation.method](handlerOf(operation, desk, serving));
    route.all(otherMethods(operations, desk));
  }
  app.use(fixed(() => NOT_FOUND, desk));
  app.use(lastResort(desk));
  return app;
}

/** {id} is written :id; {rest} takes several segments. */
function expressPath(path: string): string {
  return path.replace('{rest}', '*rest').replaceAll(/\{(\w+)\}/g, ':$1');
}

function handlerOf(
  operation: Operation,
  desk: Desk,
  serving: ReturnType<typeof makeServing>,
): RequestHandler {
  const { id } = operation;
  return isOpen(id)
    ? openly(id, SERVED_OPENLY[id], desk)
    : serving(operation, SERVED[id] as unknown as Serve<OperationId>);
}

function isOpen(id: OperationId): id is OpenId {
  return Object.hasOwn(SERVED_OPENLY, id);
}

function openly(id: OpenId, serve: ServeOpen, desk: Desk): RequestHandler {
  return async (request, response) => {
    const visit = visitOf(desk, id, { request, response });
    try {
      reply(desk, visit, await serve(visit, desk));
    } catch (error) {
      reply(desk, visit, failed(error, visit, desk));
    }
  };
}

function otherMethods(operations: readonly Operation[], desk: Desk): RequestHandler {
  const allowed = operations.map(({ method }) => method.toUpperCase()).join(', ');
  return fixed((visit) => {
    visit.headers['Allow'] = allowed;
    return refuse('method_not_allowed');
  }, desk);
}

function fixed(
  outcome: (visit: ReturnType<typeof visitOf>) => Outcome,
  desk: Desk,
): RequestHandler {
  return (request, response) => {
    const visit = visitOf(desk, NOWHERE, { request, response });
    reply(desk, visit, outcome(visit));
  };
}

/** What express itself refuses: paths that are not well encoded. */
function lastResort(desk: Desk): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const visit = visitOf(desk, NOWHERE, { request, response });
    const isPath = error instanceof URIError;
    const outcome = isPath
      ? refuse('invalid_request', null, 'the path is not well encoded')
      : failed(error, visit, desk);
    reply(desk, visit, outcome);
  };
}

const RAW: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'the headers are larger than 16 KB'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request took too long'],
};

/** What is no HTTP at all, or never ends, is answered on the bare socket. */
function refuseRaw(error: Error & { code?: string }, socket: Duplex, deps: Deps): void {
  if (!socket.writable) return void socket.destroy();
  const [status, message] = RAW[error.code ?? ''] ?? [400, 'the request is not valid HTTP'];
  const request_id = deps.chance.uuid();
  const refused = { code: 'invalid_request', param: null, message } as const;
  const { public_url } = deps.config;
  const body = JSON.stringify({ error: problemJson(refused, { public_url, request_id }) });
  deps.log.info({ request_id, status, code: error.code }, 'answered');
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nX-Request-Id: ${request_id}\r\nConnection: close\r\n` +
      `Content-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
