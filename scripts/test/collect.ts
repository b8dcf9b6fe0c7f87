import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const NOT_OURS = new Set(['node_modules', 'dist', 'data', 'coverage']);

/** Which test files to run. Every filter is a part of a path; one match is enough. */
export interface Choice {
  /** Only tests beside the code they test, and those of the architecture. */
  readonly unit: boolean;
  readonly filters: readonly string[];
}

/** Paths of test files relative to `root`, with `/` between folders, in alphabetical order. */
export function collect(root: string, { unit, filters }: Choice): string[] {
  return walk(root)
    .map((path) => relative(root, path).split(sep).join('/'))
    .filter((path) => !unit || isUnit(path))
    .filter((path) => filters.length === 0 || filters.some((part) => path.includes(part)))
    .sort();
}

function isUnit(path: string): boolean {
  return !path.startsWith('tests/') || path.startsWith('tests/tidy');
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name) || entry.name.startsWith('.')) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}
