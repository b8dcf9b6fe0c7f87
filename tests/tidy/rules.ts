import { checkCycles, checkLayers, checkPackages } from './imports.ts';
import { checkPurity } from './purity.ts';
import { checkCatches, checkComments, checkNames, checkSizes, checkTypes } from './shape.ts';
import type { Finding, Source } from './source.ts';

export interface Rule {
  readonly name: string;
  readonly says: string;
  check(sources: readonly Source[]): Finding[];
}

const each = (check: (source: Source) => Finding[]): Rule['check'] => {
  return (sources) => sources.flatMap(check);
};

/** Every rule a TypeScript file of ours keeps. */
export const RULES: readonly Rule[] = [
  {
    name: 'layers',
    says: 'each folder imports only what the table of layers lets it',
    check: each(checkLayers),
  },
  {
    name: 'packages',
    says: 'each package is imported in its home only',
    check: each(checkPackages),
  },
  { name: 'cycles', says: 'no file imports itself, however far round', check: checkCycles },
  {
    name: 'purity',
    says: 'pure folders wait for nothing, read no clock, draw no chance',
    check: each(checkPurity),
  },
  {
    name: 'sizes',
    says: 'files, functions, parameters and lines stay within their limits',
    check: each(checkSizes),
  },
  {
    name: 'types',
    says: 'no any, no default export, no suppressed type errors',
    check: each(checkTypes),
  },
  { name: 'names', says: 'file names say what is in the file', check: each(checkNames) },
  {
    name: 'catches',
    says: 'try stands in adapters, engine and the server only; no error is dropped',
    check: each(checkCatches),
  },
  { name: 'comments', says: 'comments leave nothing to be done', check: each(checkComments) },
];
