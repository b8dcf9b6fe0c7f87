import {
  type Check,
  checkOf,
  type JsonSchema,
  type Problem,
  thoroughCheckOf,
} from '../kernel/schema.ts';
import type { ActionKind, Outlook } from './action.ts';
import { OPTION_DEPTH_MAX } from './limits.ts';

/** One verb: what it does, and the JSON Schema of its option. */
export interface Verb {
  readonly kind: ActionKind<never>;
  readonly schema: JsonSchema;
}

/** The verbs a flow may use, by name. flows/actions/index.ts holds all there are. */
export type Language = Readonly<Record<string, Verb | undefined>>;

export function verbOf(language: Language, type: string): Verb | null {
  return Object.hasOwn(language, type) ? (language[type] ?? null) : null;
}

const checks = new WeakMap<JsonSchema, Check>();

/** An option with its defaults filled in, and the first thing wrong with it, if anything is. */
export function readOption(
  { schema }: Verb,
  option: unknown,
): { readonly option: unknown; readonly problem: Problem | null } {
  if (isDeep(option, OPTION_DEPTH_MAX)) return { option, problem: TOO_DEEP };
  const check = checks.get(schema) ?? checkOf(schema);
  checks.set(schema, check);
  const filled = structuredClone(option);
  const problem = check(filled);
  return { option: filled, problem };
}

/** Everything wrong with an option; empty when it satisfies the verb's schema. */
export function problemsOf({ schema }: Verb, option: unknown): readonly Problem[] {
  if (isDeep(option, OPTION_DEPTH_MAX)) return [TOO_DEEP];
  const check = thorough.get(schema) ?? thoroughCheckOf(schema);
  thorough.set(schema, check);
  return check(option);
}

const thorough = new WeakMap<JsonSchema, (value: unknown) => readonly Problem[]>();

const TOO_DEEP: Problem = { pointer: '', message: 'is too deep', keyword: 'depth', wanted: null };

/** Whether a value has lists or objects more than `levels` deep. Looks no deeper than that. */
function isDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeep(member, levels - 1));
}

/** What can be told from an option that satisfies the verb's schema. */
export function outlookOf({ kind }: Verb, option: unknown): Outlook {
  // Only asked after the schema was satisfied, which is what the verb's Option type says.
  return kind.outlook?.(option as never) ?? {};
}
