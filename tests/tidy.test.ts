/** Style and architecture, run as a test. What each rule allows is data in tidy/layers.ts. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LAYERS } from './tidy/layers.ts';
import { checkPlaces } from './tidy/places.ts';
import { RULES } from './tidy/rules.ts';
import { filesIn, readSource, type Finding } from './tidy/source.ts';

const ROOT = join(import.meta.dirname, '..');
const TEXTS = ['.ts', '.mjs', '.js', '.md', '.yaml', '.json', '.html', '.css'];

function hold(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  assert.fail(findings.map(({ path, why }) => `\n${path}: ${why}`).join(''));
}

describe('tidy', () => {
  const sources = filesIn(ROOT, ['.ts']).map((path) => readSource(ROOT, path));

  for (const rule of RULES)
    it(`${rule.name}: ${rule.says}`, () => {
      hold(rule.check(sources));
    });

  it('places: nothing names a machine or a registry', () => {
    const paths = filesIn(ROOT, TEXTS).filter((path) => path !== 'package-lock.json');
    hold(paths.flatMap((path) => checkPlaces(path, readFileSync(join(ROOT, path), 'utf8'))));
  });

  it('docs/ARCHITECTURE.md shows the table of layers as it is', () => {
    const text = readFileSync(join(ROOT, 'docs/ARCHITECTURE.md'), 'utf8');
    const shown = new Map(
      [...text.matchAll(/^\| (`[^|]+`) +\|[^|]*\| ([^|]+?) +\|$/gm)].flatMap(([, names, says]) =>
        [...String(names).matchAll(/`(\w+)\/`/g)].map(([, name]) => [name, says] as const),
      ),
    );
    const standing = Object.entries(LAYERS).filter(
      ([folder]) =>
        folder !== '.' && filesIn(ROOT, ['.ts']).some((p) => p.startsWith(`${folder}/`)),
    );
    for (const [folder, layer] of standing)
      assert.equal(shown.get(folder), layer.says, `the row of ${folder}/`);
    for (const folder of shown.keys())
      assert.ok(
        existsSync(join(ROOT, String(folder))),
        `${String(folder)}/ is shown but not there`,
      );
  });
});
