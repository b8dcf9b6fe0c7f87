import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';

type Schema = Readonly<Record<string, unknown>>;

/** One request and its answer, as they went over the wire. */
export interface Exchange {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly content_type: string;
  readonly request: string;
  readonly status: number;
  readonly response: string;
}

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly pointer: string;
  readonly requests: Schema;
  readonly responses: Readonly<Record<string, Schema>>;
}

const FOLDER = join(import.meta.dirname, '../contracts');

export function readContract(name: string): Schema {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Schema;
}

/** A carrier's OpenAPI description, against which exchanges are held. */
export class CarrierContract {
  readonly #ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  readonly #operations: readonly Operation[];
  readonly #checks = new Map<string, ValidateFunction>();
  /** The operations that were seen. */
  readonly seen = new Set<string>();

  constructor(name: string) {
    const document = nullable(readContract(name)) as Schema;
    this.#ajv.addSchema({ ...document, $id: 'contract' });
    this.#operations = operationsIn(document);
  }

  get operation_ids(): readonly string[] {
    return this.#operations.map(({ id }) => id);
  }

  /** Throws when the request or the response is not what the contract says. */
  hold(exchange: Exchange): void {
    const path = exchange.target.split('?')[0] ?? '';
    const operation = this.#operations.find(
      ({ method, pattern }) => method === exchange.method && pattern.test(path),
    );
    assert.ok(operation !== undefined, `${exchange.method} ${path} is in the contract`);
    this.seen.add(operation.id);
    if (exchange.status < 400) this.#holdRequest(operation, exchange);
    this.#holdResponse(operation, exchange);
  }

  #holdRequest(operation: Operation, { content_type, request }: Exchange): void {
    const type = content_type.split(';')[0] ?? '';
    if (operation.requests[type] === undefined) return assert.equal(request, '', operation.id);
    const pointer = `${operation.pointer}/requestBody/content/${escaped(type)}/schema`;
    const value: unknown = type === 'application/json' ? JSON.parse(request) : formIn(request);
    this.#check(pointer, value, `request of ${operation.id}`);
  }

  #holdResponse(operation: Operation, { status, response }: Exchange): void {
    const declared = operation.responses[String(status)];
    assert.ok(declared !== undefined, `${operation.id} may answer ${status}`);
    if (status === 204) return assert.equal(response, '');
    const content = declared['content'] as Schema | undefined;
    const type = Object.keys(content ?? {})[0];
    if (type === undefined) return;
    const pointer = `${operation.pointer}/responses/${status}/content/${escaped(type)}/schema`;
    this.#check(pointer, JSON.parse(response), `${status} of ${operation.id}`);
  }

  #check(pointer: string, value: unknown, what: string): void {
    const known = this.#checks.get(pointer);
    const check = known ?? this.#ajv.compile({ $ref: `contract#${pointer}` });
    this.#checks.set(pointer, check);
    if (check(value)) return;
    assert.fail(`${what}: ${this.#ajv.errorsText(check.errors)}\n${JSON.stringify(value)}`);
  }
}

function operationsIn(document: Schema): Operation[] {
  const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, Schema>>>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    ['get', 'post', 'put', 'delete'].flatMap((method) => {
      const found = methods[method];
      if (found === undefined) return [];
      const source = path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+');
      const body = found['requestBody'] as Schema | undefined;
      return [
        {
          id: String(found['operationId']),
          method: method.toUpperCase(),
          pattern: new RegExp(`^${source}$`),
          pointer: `/paths/${escaped(path)}/${method}`,
          requests: (body?.['content'] ?? {}) as Schema,
          responses: found['responses'] as Operation['responses'],
        },
      ];
    }),
  );
}

/** A JSON pointer's token, fit for a URI's fragment (RFC 6901 §3 and §6). */
function escaped(token: string): string {
  return encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** OpenAPI 3.0 says `nullable`, JSON Schema says a type of null. */
function nullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nullable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, nullable(each)]);
  const schema = Object.fromEntries(entries) as Schema;
  if (schema['nullable'] !== true) return schema;
  const { nullable: _was, ...rest } = schema;
  return { anyOf: [{ type: 'null' }, rest] };
}

const WHOLE = /^-?\d+$/;

/** A form as a schema of OpenAPI sees it: repeated fields are lists, numbers and flags typed. */
function formIn(body: string): Record<string, unknown> {
  const form = new URLSearchParams(body);
  const names = [...new Set(form.keys())];
  return Object.fromEntries(names.map((name) => [name, valueIn(name, form.getAll(name))]));
}

function valueIn(name: string, values: readonly string[]): unknown {
  if (name.endsWith('Event')) return values;
  const [value = ''] = values;
  if (/^(?:Timeout|TimeLimit|MachineDetection\w+)$/.test(name) && WHOLE.test(value))
    return Number(value);
  const is_flag = /^(?:Record|Muted|Hold|Coaching|EarlyMedia|\w+On(?:Enter|Exit))$/.test(name);
  return is_flag && (value === 'true' || value === 'false') ? value === 'true' : value;
}
