import type { Finding } from './finding.ts';
import type { Draft, Read } from './reading.ts';
import { answeringRule } from './rules/answering.ts';
import { callsRule } from './rules/calls.ts';
import { capabilitiesRule } from './rules/capabilities.ts';
import { choicesRule } from './rules/choices.ts';
import { doubtsRule } from './rules/doubts.ts';
import { endlessRule } from './rules/endless.ts';
import { idFindings } from './rules/ids.ts';
import { legRule } from './rules/leg.ts';
import { limitsRule } from './rules/limits.ts';
import { optionFindings } from './rules/options.ts';
import { placesRule } from './rules/places.ts';
import { reachRule } from './rules/reach.ts';
import { shapeFindings } from './rules/shape.ts';
import { spinningRule } from './rules/spinning.ts';
import { targetFindings } from './rules/targets.ts';
import { variablesRule } from './rules/variables.ts';
import { voicesRule } from './rules/voices.ts';
import type { Rule } from './subject.ts';

/** What every action must be for its list to be run at all. */
export function structureOf(read: Read, draft: Draft): readonly Finding[] {
  return [
    ...shapeFindings(read),
    ...optionFindings(read),
    ...idFindings(read, draft),
    ...targetFindings(read, draft),
  ];
}

/** What is asked of every list that can be run. A rule is one file in flows/check/rules. */
export const RULES: readonly Rule[] = [
  spinningRule,
  limitsRule,
  capabilitiesRule,
  reachRule,
  callsRule,
  endlessRule,
  answeringRule,
  legRule,
  choicesRule,
  variablesRule,
  placesRule,
  doubtsRule,
  voicesRule,
];
