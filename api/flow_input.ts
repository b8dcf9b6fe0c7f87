import { type Refusal, refusal } from '../kernel/refusal.ts';
import { derive } from '../kernel/uuid.ts';
import type { FlowId } from '../kernel/brand.ts';
import { actions as language } from '../flows/actions/index.ts';
import { checkFlow, premisesFor } from '../flows/check/check.ts';
import type { Finding } from '../flows/check/finding.ts';
import type { Premises } from '../flows/check/subject.ts';
import type { Action } from '../flows/flow.ts';
import type { Language } from '../flows/language.ts';
import { normalizeFlow } from '../flows/normalize.ts';
import { publicAction } from '../flows/public.ts';
import type { Scope } from '../store/page.ts';
import type { Desk } from './desk.ts';
import { makeMemo } from './memo.ts';
import type { Seed } from './operation.ts';

const LANGUAGE: Language = language;

/** A flow to be run: the actions as they are stored, and the flow they came from. */
export interface Program {
  readonly flow_id: FlowId | null;
  readonly actions: readonly Action[];
  /** What its author should know all the same. */
  readonly warnings: readonly Finding[];
}

/** What is known of the leg a flow will run on. */
export type Circumstances = Partial<
  Pick<Premises, 'direction' | 'early' | 'given' | 'flow_id' | 'bare' | 'languages'>
>;

/** Findings by the text of all they depend on: who calls sends the same flow again and again. */
const known = makeMemo<readonly Finding[]>({ entries: 1_000, characters: 4_000_000 });

/** Everything wrong, doubtful or worth knowing about actions, pointing into the body. */
export function findingsOf(actions: unknown, at: Circumstances = {}): readonly Finding[] {
  const given = at.given == null ? null : [...at.given].sort();
  const spoken = at.languages?.size;
  const leg = [at.direction, at.early, at.bare, at.flow_id];
  const text = JSON.stringify([leg, given, spoken, actions]);
  return known(text, () =>
    checkFlow(actions, premisesFor(LANGUAGE, { pointer: '/actions', ...at })),
  );
}

/** What is told beside an answer: neither errors, which refuse, nor what is only worth knowing. */
export function warningsIn(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity }) => severity === 'warning');
}

/** The refusal of a flow that cannot be run; null when it can. */
export function refusalOf(findings: readonly Finding[]): Refusal | null {
  const wrong = findings.find(({ severity }) => severity === 'error');
  if (wrong === undefined) return null;
  return refusal('flow_invalid', wrong.pointer, `${wrong.pointer} ${wrong.message}`);
}

/** Actions as they are stored. */
export function storedActions(actions: readonly unknown[], seed: Seed): readonly Action[] {
  return normalizeFlow(actions, (label) => derive(seed.name, label, seed.at), LANGUAGE);
}

/** Actions as they are stored, or what is wrong with them. */
export function readActions(actions: readonly unknown[], seed: Seed): readonly Action[] | Refusal {
  return refusalOf(findingsOf(actions)) ?? storedActions(actions, seed);
}

interface Asked {
  readonly flow_id?: string;
  readonly actions?: readonly unknown[];
}

/** The actions a request names by flow_id or brings along; none when it does neither. */
export async function programOf(
  asked: Asked,
  scope: Scope,
  {
    desk,
    seed,
    at = {},
  }: { readonly desk: Desk; readonly seed: Seed; readonly at?: Circumstances },
): Promise<Program | Refusal> {
  const { languages } = desk;
  if (asked.flow_id !== undefined)
    return storedProgram(asked.flow_id, scope, { desk, at: { ...at, languages } });
  const actions = asked.actions ?? [];
  const findings = findingsOf(actions, { ...at, languages });
  const refused = refusalOf(findings);
  if (refused !== null) return refused;
  return {
    flow_id: null,
    actions: storedActions(actions, seed),
    warnings: warningsIn(findings),
  };
}

/**
 * A stored flow was taken when it was stored, and is taken now: what a later version finds wrong
 * with it is told, and refuses nothing.
 */
async function storedProgram(
  flow_id: string,
  scope: Scope,
  { desk, at }: { readonly desk: Desk; readonly at: Circumstances },
): Promise<Program | Refusal> {
  const flow = await desk.store.shelves.flows.get(scope, flow_id);
  if (flow === null) return refusal('flow_not_found', '/flow_id');
  const findings = findingsOf(flow.actions.map(publicAction), { ...at, flow_id: flow.id });
  const warnings = findings
    .filter(({ severity }) => severity !== 'info')
    .map((finding): Finding => ({ ...finding, severity: 'warning', pointer: '/flow_id' }));
  return { flow_id: flow.id, actions: flow.actions, warnings };
}
