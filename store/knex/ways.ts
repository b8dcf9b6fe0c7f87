import { isLive } from '../../calls/call.ts';
import type { Call } from '../../calls/call.ts';
import type { AttemptRow, Unit } from '../store.ts';
import { ATTEMPT_IN, WAY_IN, WAY_OUT } from './shapes.ts';
import type { Otherwise, Statement } from './statement.ts';

/** Texts that are looked for are cut where an index of every engine can hold them. */
const KEY_MAX = 191;

/** An end of a way as it is kept, and looked for. */
export function endOf(target: string): string {
  return target.slice(0, KEY_MAX);
}

/** Whether a call's way is kept while it lives: what came in, or will come in again. */
function isKept({ direction, passage }: Call): boolean {
  return direction === 'incoming' || passage.returns;
}

/** What a unit changes about the ways that calls are on. */
export function wayStatements({ leg: { call }, expected_version }: Unit): Statement[] {
  if (!isKept(call)) return [];
  if (!isLive(call)) return [{ shape: WAY_OUT, args: [call.id], otherwise: null }];
  if (expected_version !== 0) return [];
  const { id, source, destination, direction, passage } = call;
  const args = [id, endOf(source.target), endOf(destination.target), direction, passage.hops];
  return [{ shape: WAY_IN, args, otherwise: null }];
}

/** Whether the unit takes a leg that a carrier brought: its attempt's row says who was first. */
export function isBrought({ leg: { call }, expected_version }: Unit): boolean {
  return expected_version === 0 && call.direction === 'incoming';
}

/** The row by which a leg that a carrier brought is taken once, whoever is told of it. */
export function broughtIn(row: AttemptRow, otherwise: Otherwise): Statement {
  const { attempt, call_id, customer_id, provider_id } = row;
  const { id, number, status, tm_create } = attempt;
  const args = [id, call_id, customer_id, provider_id, number, status, tm_create];
  return { shape: ATTEMPT_IN, args, otherwise };
}
