import { CONTRACT_JSON } from '../../api/contract.ts';
import { type Check, checksOf } from '../../kernel/schema.ts';

/** Draws a whole number below the given one. */
export type Roll = (below: number) => number;

type Schema = Readonly<Record<string, unknown>>;

const document = JSON.parse(CONTRACT_JSON) as {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};
const checkAt = checksOf('contract-fuzz', document);

/** Texts that satisfy the contract's patterns, where only a person could make one up. */
const BY_PATTERN: readonly string[] = [
  '+15005550006',
  '+15005550001',
  'sip:alice@example.com',
  '12.5',
  '0.012',
  'USD',
  'EUR',
  'https://example.com/hook',
  'http://127.0.0.1:9/hook',
  'a@example.com',
  'menu_1',
  'en-US',
  '1#',
  '',
  'all',
  '+49',
  'sandbox',
  'pay_1',
  '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10',
];
const TEXTS = ['', 'a', 'Zoë “Z” ☎', '${name}', '<script>', "' or 1=1 --", '%s%n', '\u0000', 'x'];
const DEPTH_MAX = 6;

/** Makes values that satisfy schemas of the contract; `ids` are ids it has met, used again. */
export class Values {
  readonly #roll: Roll;
  readonly #ids: readonly string[];

  constructor(roll: Roll, ids: readonly string[]) {
    this.#roll = roll;
    this.#ids = ids;
  }

  /** A body for components/schemas/<name>: made up, or the schema's own example. */
  body(name: string): unknown {
    const schema = document.components.schemas[name] ?? {};
    const made = this.value(schema, 0);
    const check = checkBody(name);
    // The check fills in defaults: it is shown a copy.
    return check(structuredClone(made)) === null ? made : this.pick(examplesOf(schema));
  }

  value(schema: Schema, depth: number): unknown {
    const target = resolved(schema);
    if (target['const'] !== undefined) return target['const'];
    if (Array.isArray(target['enum'])) return this.pick(target['enum']);
    if (Array.isArray(target['oneOf']) && target['properties'] === undefined)
      return this.value(this.pick(target['oneOf']) as Schema, depth);
    switch ([target['type']].flat()[0]) {
      case 'object':
        return this.#object(target, depth);
      case 'array':
        return this.#array(target, depth);
      case 'integer':
        return this.#number(target, 1);
      case 'number':
        return this.#number(target, 4);
      case 'boolean':
        return this.#roll(2) === 1;
      case 'string':
        return this.#text(target);
      default:
        return this.pick([null, 0, 'text', {}, []]);
    }
  }

  pick<Each>(list: readonly Each[]): Each {
    return list[this.#roll(list.length)] as Each;
  }

  #object(schema: Schema, depth: number): object {
    const {
      properties = {},
      required = [],
      oneOf,
    } = schema as {
      properties?: Record<string, Schema>;
      required?: string[];
      oneOf?: { required: string[] }[];
    };
    const needed = new Set([
      ...required,
      ...(oneOf === undefined ? [] : this.pick(oneOf).required),
    ]);
    const rivals = new Set((oneOf ?? []).flatMap((branch) => branch.required));
    const chosen = Object.entries(properties).filter(
      ([name]) =>
        needed.has(name) || (!rivals.has(name) && depth < DEPTH_MAX && this.#roll(3) === 0),
    );
    const made = chosen.map(([name, part]) => [name, this.#member(name, part, depth)]);
    return Object.fromEntries(made) as object;
  }

  #member(name: string, schema: Schema, depth: number): unknown {
    const isId = name.endsWith('_id') && this.#ids.length > 0 && this.#roll(4) > 0;
    return isId ? this.pick(this.#ids) : this.value(schema, depth + 1);
  }

  #array(schema: Schema, depth: number): unknown[] {
    const {
      items = {},
      minItems = 0,
      maxItems = 3,
    } = schema as {
      items?: Schema;
      minItems?: number;
      maxItems?: number;
    };
    const count = minItems + this.#roll(Math.max(1, Math.min(maxItems, minItems + 3) - minItems));
    return Array.from({ length: count }, () => this.value(items, depth + 1));
  }

  #number(schema: Schema, parts: number): number {
    const { minimum = 0, maximum = 1_000 } = schema as { minimum?: number; maximum?: number };
    const among = [minimum, maximum, minimum + this.#roll(maximum - minimum + 1)];
    const chosen = this.pick(among);
    return parts === 1 ? chosen : Math.min(maximum, chosen + this.#roll(parts) / parts);
  }

  #text(schema: Schema): string {
    const {
      pattern,
      maxLength = 64,
      minLength = 0,
      format,
    } = schema as {
      pattern?: string;
      maxLength?: number;
      minLength?: number;
      format?: string;
    };
    if (format === 'date-time') return new Date(1.79e12 + this.#roll(1e9)).toISOString();
    if (format === 'uuid' && this.#ids.length > 0) return this.pick(this.#ids);
    const fits = (text: string): boolean =>
      text.length <= maxLength &&
      text.length >= minLength &&
      (pattern === undefined || new RegExp(pattern, 'u').test(text)) &&
      (format !== 'uri' || text.startsWith('http'));
    const all = [...BY_PATTERN, ...TEXTS, 'x'.repeat(Math.min(maxLength, 300))];
    const fitting = all.filter(fits);
    return fitting.length === 0 ? '' : this.pick(fitting);
  }
}

/** Whether a body satisfies the contract. */
export function checkBody(name: string): Check {
  return checkAt(`/components/schemas/${name}`);
}

function resolved(schema: Schema): Schema {
  const ref = schema['$ref'];
  if (typeof ref !== 'string') return schema;
  return resolved(document.components.schemas[ref.slice('#/components/schemas/'.length)] ?? {});
}

function examplesOf(schema: Schema): readonly unknown[] {
  return (schema['examples'] as unknown[] | undefined) ?? [{}];
}
