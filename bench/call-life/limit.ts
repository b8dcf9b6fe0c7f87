/**
 * The fastest honest loop: what one machine can do at most for the whole life of a call. A POST,
 * five states each stored with its outbox row in one transaction, five signed webhooks in order,
 * each acknowledged and removed from the outbox, a hold, a charge and a ledger row. No framework,
 * flow, carrier or routing. The product is measured as a share of this.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Ajv } from 'ajv';
import { openMysql } from './limit_mysql.ts';
import { openSender } from './limit_sender.ts';
import { openSqlite } from './limit_sqlite.ts';
import { CHARGE_MICROS, faults, LAST, STATES, TALK_S, TENANTS } from './limit_store.ts';
import type { LimitCall, LimitStep, LimitStore } from './limit_store.ts';

const ORDER_SCHEMA = {
  type: 'object',
  required: ['source', 'destinations'],
  additionalProperties: false,
  properties: {
    source: { type: 'string', pattern: '^\\+[1-9]\\d{6,14}$' },
    destinations: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['type', 'target'],
        properties: {
          type: { enum: ['tel', 'sip'] },
          target: { type: 'string', maxLength: 128 },
        },
      },
    },
    actions: { type: 'array', items: { type: 'object', required: ['type'] } },
  },
};
interface Order {
  readonly source: string;
  readonly destinations: readonly [{ readonly target: string }];
}

/** A call on its way: its rows, the request that waits for the first commit, notices to send. */
interface Live {
  readonly call: LimitCall;
  readonly response: ServerResponse;
  readonly unsent: LimitStep[];
}

/** Draws ids that sort by time: milliseconds, a counter, and what is random about this process. */
function idSource(): () => string {
  const tail = randomBytes(5).toString('hex');
  let count = 0;
  return () => {
    const time = Date.now().toString(16).padStart(12, '0');
    const n = (count++).toString(16).padStart(8, '0');
    const [a, b, c] = [n.slice(0, 3), n.slice(3, 6), n.slice(6)];
    return `${time.slice(0, 8)}-${time.slice(8)}-7${a}-8${b}-${c}${tail}`;
  };
}

/**
 * Group commit: whatever arrived while the last transaction ran shares the next one. No timer; with
 * one call in flight a commit holds one step, with hundreds it holds hundreds.
 */
function openLanes(
  store: LimitStore,
  stored: (step: LimitStep) => void,
): { step(step: LimitStep): void; ack(step: LimitStep): void } {
  const lanes = Array.from({ length: store.lanes }, () => ({
    steps: [] as LimitStep[],
    acked: [] as string[],
    busy: false,
  }));
  const laneOf = ({ call }: LimitStep) => call.tenant % store.lanes;

  async function pump(place: number): Promise<void> {
    const lane = lanes[place];
    if (lane === undefined) return;
    const batch = { steps: lane.steps, acked: lane.acked };
    lane.steps = [];
    lane.acked = [];
    await store.commit(batch, place);
    for (const step of batch.steps) stored(step);
    if (lane.steps.length + lane.acked.length > 0) setImmediate(pump, place);
    else lane.busy = false;
  }

  function wake(place: number): void {
    const lane = lanes[place];
    if (lane === undefined || lane.busy) return;
    lane.busy = true;
    setImmediate(pump, place);
  }

  return {
    step: (step) => {
      lanes[laneOf(step)]?.steps.push(step);
      wake(laneOf(step));
    },
    ack: (step) => {
      lanes[laneOf(step)]?.acked.push(step.notice_id);
      wake(laneOf(step));
    },
  };
}

function payloadOf(call: LimitCall, state: number, at: number): string {
  const ended = state === LAST;
  return JSON.stringify({
    type: 'call_updated',
    timestamp: at,
    data: {
      id: call.id,
      tenant: call.tenant,
      status: STATES[state],
      source: call.source,
      destination: call.destination,
      direction: 'outgoing',
      version: state + 1,
      tm_create: call.tm_create,
      tm_update: at,
      hangup_reason: ended ? 'normal' : '',
      duration: ended ? TALK_S : 0,
      amount: ended ? CHARGE_MICROS : 0,
    },
  });
}

/** The loop itself. Answers a request listener and the number of calls that have ended. */
function openLoop(
  store: LimitStore,
  sink: { readonly port: number; readonly secret: Buffer },
): { place(body: string, response: ServerResponse): void; ended(): number } {
  const validate = new Ajv().compile<Order>(ORDER_SCHEMA);
  const nextId = idSource();
  const live = new Map<string, Live>();
  let placed = 0;
  let ended = 0;
  const send = openSender(sink.port, sink.secret, acknowledged);
  const lanes = openLanes(store, stored);

  function advance(call: LimitCall, state: number): void {
    const at = Date.now();
    lanes.step({ call, state, at, notice_id: nextId(), payload: payloadOf(call, state, at) });
  }

  function stored(step: LimitStep): void {
    const { call, state } = step;
    const one = live.get(call.id);
    if (one === undefined) throw new Error('a call vanished');
    if (state === 0) reply(one.response, 201, `{"id":"${call.id}","status":"dialing"}`);
    if (state < LAST) advance(call, state + 1);
    one.unsent.push(step);
    if (one.unsent.length === 1) send(step);
  }

  function acknowledged(step: LimitStep): void {
    const { id } = step.call;
    const unsent = live.get(id)?.unsent;
    lanes.ack(step);
    unsent?.shift();
    if (unsent?.[0] !== undefined) send(unsent[0]);
    if (step.state !== LAST) return;
    live.delete(id);
    ended++;
  }

  function place(body: string, response: ServerResponse): void {
    const order = parse(body);
    if (order === null) return reply(response, 400, '{}');
    if (!validate(order)) return reply(response, 422, '{}');
    const tm_create = Date.now();
    const { source, destinations } = order;
    const [{ target: destination }] = destinations;
    const tenant = placed++ % TENANTS;
    const call = { id: nextId(), tenant, source, destination, body, tm_create };
    live.set(call.id, { call, response, unsent: [] });
    advance(call, 0);
  }
  return { place, ended: () => ended };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function reply(response: ServerResponse, status: number, body: string): void {
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  response.writeHead(status, headers).end(body);
}

function read(request: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => done(Buffer.concat(chunks).toString()));
}

/** LIMIT_DB is a file's path or a mysql:// URL of an empty database; the parent asks for proof. */
async function main(): Promise<void> {
  const { LIMIT_DB: db = '', SINK_PORT: port = '', SINK_SECRET: secret = '' } = process.env;
  const store = db.startsWith('mysql:') ? await openMysql(db) : openSqlite(db);
  const loop = openLoop(store, { port: Number(port), secret: Buffer.from(secret, 'base64') });
  const server = createServer((request, response) =>
    read(request, (body) => loop.place(body, response)),
  );
  // An idle connection that is closed while the next request is on its way would lose that request.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ port: (server.address() as AddressInfo).port });
  });
  process.on('message', () => {
    void store.books().then((books) => process.send?.({ faults: faults(books, loop.ended()) }));
  });
  process.on('disconnect', () => process.exit());
}

await main();
