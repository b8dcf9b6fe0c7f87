import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** A JSON Schema (2020-12), as read from a file. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The first thing wrong with a value: where (JSON pointer, RFC 6901), and in words. */
export interface Problem {
  readonly pointer: string;
  readonly message: string;
  /** The JSON Schema keyword that failed. */
  readonly keyword: string;
  /** What the keyword demanded: the pattern, the bound, the list of values. */
  readonly wanted: unknown;
}

/** Null when the value fits. Fills in the defaults the schema names: the value is changed. */
export type Check = (value: unknown) => Problem | null;

// What an OpenAPI document has beside schemas: ajv is to look past it.
const DOCUMENT = [
  ...['openapi', 'info', 'servers', 'paths', 'webhooks', 'components', 'security', 'tags'],
  ...['example', 'externalDocs', 'xml'],
];

const OPTIONS = {
  discriminator: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  inlineRefs: false,
  verbose: true,
  addUsedSchema: false,
  validateSchema: false,
} as const;
const ajv = readied(new Ajv2020({ ...OPTIONS, useDefaults: true }));
/** Goes on after the first error: dearer, and only asked once something is known to be wrong. */
const thorough = readied(new Ajv2020({ ...OPTIONS, allErrors: true }));

function readied(made: Ajv2020): Ajv2020 {
  made.addVocabulary(DOCUMENT);
  formats.default(made);
  return made;
}

/** A check of one schema, compiled when it is first used: start-up pays for none of them. */
export function checkOf(schema: JsonSchema): Check {
  let validate: ValidateFunction | null = null;
  return (value) => {
    validate ??= ajv.compile(schema);
    return validate(value) ? null : problemOf(validate.errors ?? []);
  };
}

/** Problems told of one value: nobody mends more at once. */
const PROBLEMS_MAX = 20;

/** A check that tells everything wrong with a value, each place once. The value is not changed. */
export function thoroughCheckOf(schema: JsonSchema): (value: unknown) => readonly Problem[] {
  let validate: ValidateFunction | null = null;
  return (value) => {
    validate ??= thorough.compile(schema);
    if (validate(value)) return [];
    const told = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if');
    const found = new Map(told.slice(0, PROBLEMS_MAX).map((error) => [pointerOf(error), error]));
    return [...found.values()].map((error) => problemOf([error]));
  };
}

/**
 * Checks of the parts of one document, by the URI fragment of the part (RFC 6901 §6), such as
 * "/components/schemas/Call". References inside the document are followed.
 */
export function checksOf(name: string, document: JsonSchema): (fragment: string) => Check {
  ajv.removeSchema(name);
  ajv.addSchema(withoutMappings({ ...document, $id: name }) as JsonSchema, name);
  const made = new Map<string, Check>();
  return (fragment) => {
    const check = made.get(fragment) ?? checkOf({ $ref: `${name}#${fragment}` });
    made.set(fragment, check);
    return check;
  };
}

/** `mapping` tells API tools what each type's schema is called; ajv finds that out by itself. */
function withoutMappings(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutMappings);
  if (typeof part !== 'object' || part === null) return part;
  const kept = Object.entries(part).map(([name, value]): [string, unknown] => [
    name,
    name === 'discriminator' ? { propertyName: value.propertyName } : withoutMappings(value),
  ]);
  return Object.fromEntries(kept);
}

/** The error that names the failing rule: ajv puts it after those of the branches it tried. */
function problemOf(errors: readonly ErrorObject[]): Problem {
  const error = errors.findLast(({ keyword }) => keyword !== 'if');
  if (error === undefined) return { pointer: '', message: 'is wrong', keyword: '', wanted: null };
  const { keyword, schema: wanted } = error;
  return { pointer: pointerOf(error), message: messageOf(error), keyword, wanted };
}

/** Unknown, missing and wrongly named properties are pointed at themselves, not at their parent. */
function pointerOf({ keyword, instancePath, params }: ErrorObject): string {
  const named: Record<string, unknown> = {
    additionalProperties: params['additionalProperty'],
    unevaluatedProperties: params['unevaluatedProperty'],
    required: params['missingProperty'],
    propertyNames: params['propertyName'],
    discriminator: params['tag'],
  };
  const name = named[keyword];
  return typeof name === 'string' ? `${instancePath}/${escaped(name)}` : instancePath;
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function messageOf({ keyword, params, message, schema }: ErrorObject): string {
  switch (keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not a known field';
    case 'required':
      return 'is missing';
    case 'propertyNames':
      return 'is not a valid name';
    case 'enum':
      return `must be one of ${listed(schema)}`;
    case 'const':
      return `must be ${JSON.stringify(schema)}`;
    case 'discriminator':
      return `is not a known ${String(params['tag'])}`;
    case 'oneOf':
      return `must have exactly one of ${alternatives(schema)}`;
    default:
      return message ?? 'is wrong';
  }
}

function listed(values: unknown): string {
  return (Array.isArray(values) ? values : []).map((value) => JSON.stringify(value)).join(', ');
}

function alternatives(branches: unknown): string {
  const names = (Array.isArray(branches) ? branches : []).map(
    (branch: { required?: readonly string[]; title?: string }) =>
      branch.required?.join(' and ') ?? branch.title ?? 'several forms',
  );
  return names.join(', ');
}
