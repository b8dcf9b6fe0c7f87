import type { Call } from '../../calls/call.ts';
import { PLAIN } from '../../calls/media.ts';
import { DIRECT } from '../../calls/passage.ts';
import type { FlowRun } from '../../flows/flow.ts';
import type { Leg } from '../store.ts';
import type { Row } from './statement.ts';

/** What of a call never changes once it is placed, beside what has columns of its own. */
const ONCE = [
  'type',
  'source',
  'destination',
  'passage',
  'flow_id',
  'candidates',
  'attempts_max',
  'early_execution',
  'detect',
  'dial_timeout_ms',
  'check_ms',
  'sandbox',
  'test',
] as const;
/** What of a call is kept in columns alone. */
const COLUMNS = [
  'id',
  'customer_id',
  'account_id',
  'activeflow_id',
  'master_call_id',
  'direction',
  'status',
  'tm_create',
] as const;
const RUN_COLUMNS = ['id', 'customer_id', 'call_id', 'program'] as const;

const NOT_IN_CALL_DOC: ReadonlySet<string> = new Set([...ONCE, ...COLUMNS]);
/** Most legs only talk: what was not done to their sound is not written at every step. */
const PLAIN_NOT_IN_DOC: ReadonlySet<string> = new Set([...NOT_IN_CALL_DOC, 'media']);
const NOT_IN_RUN_DOC: ReadonlySet<string> = new Set(RUN_COLUMNS);

/** The changing part of a call, as text. */
export function callDoc(call: Call): string {
  const names = call.media === PLAIN ? PLAIN_NOT_IN_DOC : NOT_IN_CALL_DOC;
  return JSON.stringify(without(call, names));
}

/** The part of a call that never changes, as text. */
export function factsDoc(call: Call): string {
  const written = ONCE.filter((name) => name !== 'passage' || call.passage !== DIRECT);
  return JSON.stringify(Object.fromEntries(written.map((name) => [name, call[name]])));
}

/** Whether what is stored once is still the very same, so that it need not be written again. */
export function sameFacts(before: Call, after: Call): boolean {
  if (before.master_call_id !== after.master_call_id) return false;
  return ONCE.every((name) => before[name] === after[name]);
}

export function runDoc(run: FlowRun): string {
  return JSON.stringify(without(run, NOT_IN_RUN_DOC));
}

function without(value: object, names: ReadonlySet<string>): Record<string, unknown> {
  const rest: Record<string, unknown> = {};
  for (const name in value)
    if (!names.has(name)) rest[name] = (value as Readonly<Record<string, unknown>>)[name];
  return rest;
}

/** The columns a leg is read from; `c`, `f` and `r` are calls, call_facts and runs. */
export const LEG_COLUMNS =
  'c.id, c.version, c.status, c.doc, f.customer_id, f.account_id, f.activeflow_id, ' +
  'f.master_call_id, f.direction, f.tm_create, f.doc as facts, f.program, r.doc as run';
export const LEG_TABLES =
  'calls c join call_facts f on f.id = c.id join runs r on r.call_id = c.id';

/** Puts a leg together again. What was written by callDoc, factsDoc and runDoc comes back whole. */
export function legOf(row: Row): Leg {
  const { id, customer_id, activeflow_id } = row;
  const call = {
    media: PLAIN,
    metadata: {},
    passage: DIRECT,
    ties: null,
    ...parse(row['facts']),
    ...parse(row['doc']),
    id,
    customer_id,
    account_id: row['account_id'],
    activeflow_id,
    master_call_id: row['master_call_id'],
    direction: row['direction'],
    status: row['status'],
    tm_create: row['tm_create'],
  };
  const run = {
    held: false,
    skipped: [],
    ...parse(row['run']),
    id: activeflow_id,
    customer_id,
    call_id: id,
    program: JSON.parse(String(row['program'])) as unknown,
  };
  // the text was written from these very types
  return {
    call: call as unknown as Call,
    run: run as unknown as FlowRun,
    version: Number(row['version']),
  };
}

function parse(text: unknown): Record<string, unknown> {
  return JSON.parse(String(text)) as Record<string, unknown>;
}
