import type { Finding } from './source.ts';

/** Folders that exist on somebody's machine only. */
const MACHINE_PATH = /(?<![\w.:/@}-])\/(?:home|root|Users|work|mnt)\/[\w.-]+/g;
/** Where packages come from is npm's business, and differs from place to place. */
const REGISTRY = /\bregistry\.(?:npmjs|yarnpkg)\.\w+/g;

/** Nothing in the project depends on, or tells of, the machine it was written on. */
export function checkPlaces(path: string, text: string): Finding[] {
  return [MACHINE_PATH, REGISTRY]
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map(([found]) => ({ path, why: `names ${found}` }));
}
