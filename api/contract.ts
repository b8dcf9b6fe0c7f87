import { readFileSync } from 'node:fs';
import { type Check, checkOf, checksOf, type JsonSchema } from '../kernel/schema.ts';
import type { operations } from './types.gen.ts';

/** openapi.yaml as JSON, printed by scripts/gen.ts: parsed ten times faster than YAML. */
export const CONTRACT_JSON = readFileSync(new URL('./openapi.gen.json', import.meta.url), 'utf8');

export type OperationId = keyof operations;
export type Method = 'get' | 'post' | 'put' | 'delete';

/** One query parameter. `type` says how its text is read before it is checked. */
interface QueryParameter {
  readonly name: string;
  readonly type: string;
}

/** One operation of the contract, with all that serving it needs to know. */
export interface Operation {
  readonly id: OperationId;
  readonly method: Method;
  /** As in the contract: /v1/calls/{id}. */
  readonly path: string;
  /** Null for operations that are open to everybody. */
  readonly scope: string | null;
  readonly admin: boolean;
  readonly open: boolean;
  /** Whether its answer holds a secret that is shown once. */
  readonly secret: boolean;
  /** Whether it has a share of the rate limit of its own. */
  readonly urgent: boolean;
  readonly query: ReadonlyMap<string, QueryParameter>;
  readonly checkQuery: Check;
  /** The name of its body's schema, and the check of it; null for those without a body of JSON. */
  readonly body_schema: string | null;
  readonly checkBody: Check | null;
  readonly body_required: boolean;
}

interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: { readonly $ref?: string; readonly type?: string };
}

interface OperationObject {
  readonly operationId: OperationId;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema?: { readonly $ref: string } }>>;
  };
  readonly 'x-scope'?: string;
  readonly 'x-role'?: string;
  readonly 'x-secret'?: boolean;
  readonly 'x-urgent'?: boolean;
}

interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly parameters: Readonly<Record<string, Parameter>> };
}

const contract = JSON.parse(CONTRACT_JSON) as Contract;
const checkAt = checksOf('openapi', contract as unknown as JsonSchema);
const METHODS: readonly string[] = ['get', 'post', 'put', 'delete'];

/** Every operation, in the order of the contract. */
export const OPERATIONS: readonly Operation[] = Object.entries(contract.paths).flatMap(
  ([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, object]) => operationOf(path, method as Method, object)),
);

function operationOf(path: string, method: Method, object: OperationObject): Operation {
  const parameters = (object.parameters ?? []).map(resolved);
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const body = object.requestBody?.content['application/json']?.schema;
  return {
    id: object.operationId,
    method,
    path,
    scope: object['x-scope'] ?? null,
    admin: object['x-role'] === 'admin',
    open: object.security?.length === 0,
    secret: object['x-secret'] === true,
    urgent: object['x-urgent'] === true,
    query: new Map(query.map(({ name, schema }) => [name, { name, type: typeOf(schema) }])),
    checkQuery: checkQueryOf(query),
    body_schema: body === undefined ? null : body.$ref.slice('#/components/schemas/'.length),
    checkBody: body === undefined ? null : checkAt(body.$ref.slice(1)),
    body_required: object.requestBody?.required ?? false,
  };
}

function resolved(parameter: Parameter): Parameter {
  const name = parameter.$ref?.slice('#/components/parameters/'.length);
  if (name === undefined) return parameter;
  const found = contract.components.parameters[name];
  if (found === undefined) throw new Error(`openapi.yaml names no parameter ${name}`);
  return found;
}

function typeOf(schema: Parameter['schema']): string {
  return schema.type ?? 'string';
}

function checkQueryOf(query: readonly Parameter[]): Check {
  const inDocument = (schema: Parameter['schema']) =>
    schema.$ref === undefined ? schema : { ...schema, $ref: `openapi${schema.$ref}` };
  return checkOf({
    type: 'object',
    additionalProperties: false,
    required: query.flatMap(({ name, required }) => (required === true ? [name] : [])),
    properties: Object.fromEntries(query.map(({ name, schema }) => [name, inDocument(schema)])),
  });
}
