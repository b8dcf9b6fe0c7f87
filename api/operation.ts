import type { ServerResponse } from 'node:http';
import type { CustomerId, Instant } from '../kernel/brand.ts';
import { type Refusal, type RefusalCode, refusal } from '../kernel/refusal.ts';
import type { AccessKey } from '../store/rows.ts';
import type { OperationId } from './contract.ts';
import type { Desk } from './desk.ts';
import type { operations } from './types.gen.ts';

type JsonOf<Part> = Part extends { content: { 'application/json': infer Body } } ? Body : undefined;

/** The body of an operation, as its schema in the contract says. */
export type BodyOf<Id extends OperationId> = operations[Id] extends { requestBody: infer Part }
  ? JsonOf<Part>
  : operations[Id] extends { requestBody?: infer Part }
    ? JsonOf<NonNullable<Part>>
    : undefined;

/** The query of an operation: texts, and numbers where the contract says so. */
export type QueryOf<Id extends OperationId> = operations[Id]['parameters'] extends {
  query?: infer Query;
}
  ? NonNullable<Query>
  : Record<string, never>;

/** A name for what one request makes: the same seed makes the same ids (see kernel/uuid.ts). */
export interface Seed {
  readonly name: string;
  readonly at: Instant;
}

/** A request that has been let in: who asks, and a query and a body that satisfy the contract. */
export interface Ask<Id extends OperationId> {
  readonly request_id: string;
  readonly key: AccessKey;
  /** The customer acted for: the key's own, or the one an administrator names. */
  readonly customer_id: CustomerId;
  /** The id in the path, an UUID; empty where the path has none. */
  readonly id: string;
  readonly query: QueryOf<Id>;
  readonly body: BodyOf<Id>;
  readonly seed: Seed;
  readonly last_event_id: string | null;
}

/** What an operation comes to: JSON, text, a stream that goes on, or a refusal. */
export type Outcome =
  | {
      readonly status: number;
      readonly json: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly status: number;
      readonly text: string;
      readonly type: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly stream: (response: ServerResponse, request_id: string) => void;
      /** As the stream answers it; 200 where it is left out. */
      readonly status?: number;
    }
  | { readonly refused: Refusal; readonly retry_after_s?: number };

/** One operation, served. */
export type Serve<Id extends OperationId> = (ask: Ask<Id>, desk: Desk) => Promise<Outcome>;

export function answer(json: unknown, status = 200): Outcome {
  return { status, json };
}

export function refuse(
  code: RefusalCode,
  param: string | null = null,
  message: string | null = null,
): Outcome {
  return { refused: refusal(code, param, message) };
}

export const NOT_FOUND: Outcome = refuse('not_found');

export const JSON_TYPE = 'application/json; charset=utf-8';

/** JSON written out, once. */
export function asText<Other>(
  outcome: Other | Extract<Outcome, { json: unknown }>,
): Exclude<Other, { json: unknown }> | Extract<Outcome, { text: string }> {
  if (typeof outcome !== 'object' || outcome === null || !('json' in outcome))
    return outcome as Exclude<Other, { json: unknown }>;
  const { json, ...rest } = outcome;
  return { ...rest, text: JSON.stringify(json), type: JSON_TYPE };
}
