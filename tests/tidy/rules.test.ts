/** The rules themselves: each sees what it forbids, and lets through what is right. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkPlaces } from './places.ts';
import { RULES } from './rules.ts';
import { sourceOf } from './source.ts';

type Files = Readonly<Record<string, string>>;

function broken(rule_name: string, files: Files): string[] {
  const rule = RULES.find(({ name }) => name === rule_name);
  assert.ok(rule !== undefined, `there is no rule ${rule_name}`);
  const sources = Object.entries(files).map(([path, text]) => sourceOf(path, text));
  return rule.check(sources).map(({ path, why }) => `${path}: ${why}`);
}

const LONG_BODY = `${'  f();\n'.repeat(45)}`;

/** Rule, file, what stands in it, and words of the finding it must lead to. */
const BAD: readonly (readonly [string, string, string, RegExp])[] = [
  ['layers', 'calls/a.ts', `import { b } from '../flows/b.ts';`, /may not import flows/],
  ['layers', 'kernel/a.ts', `import type { B } from '../calls/b.ts';`, /may not import calls/],
  ['layers', 'flows/a.ts', `export { b } from '../routing/b.ts';`, /may not import routing/],
  ['layers', 'calls/a.ts', `const b = await import('../engine/b.ts');`, /may not import engine/],
  ['layers', 'calls/a.ts', `type B = import('../engine/b.ts').B;`, /may not import engine/],
  ['layers', 'engine/a.ts', `import { b } from '../api/b.ts';`, /may not import api/],
  ['layers', 'engine/a.ts', `import { c } from '../config.ts';`, /may not import \./],
  ['layers', 'engine/a.ts', `import { q } from '../queue/sql/queue.ts';`, /imports adapters/],
  ['layers', 'queue/bull/a.ts', `import { q } from '../sql/queue.ts';`, /imports adapters/],
  ['layers', 'queue/queue.ts', `import type { q } from './sql/queue.ts';`, /imports adapters/],
  ['layers', 'webhooks/http/a.ts', `import { s } from '../../store/store.ts';`, /types only/],
  ['layers', 'store/store.ts', `import { after } from '../kernel/instant.ts';`, /types only/],
  ['layers', 'handy/a.ts', ``, /not in the table/],
  ['packages', 'calls/a.ts', `import { v4 } from 'uuid';`, /nowhere in the product/],
  ['packages', 'engine/a.ts', `import type { Knex } from 'knex';`, /home is store\/knex/],
  ['packages', 'engine/a.ts', `import m from 'mysql2/promise';`, /home is store\/knex/],
  ['packages', 'engine/a.ts', `import x from '@acme/sdk/deep';`, /nowhere/],
  ['purity', 'calls/a.ts', `const at = Date.now();`, /line 1: Date\.now/],
  ['purity', 'calls/a.ts', `const at = new Date();`, /new Date\(\)/],
  ['purity', 'calls/a.ts', `const at = Date();`, /Date\(\)/],
  ['purity', 'calls/a.ts', `const n = Math.random();`, /Math\.random/],
  ['purity', 'calls/a.ts', `export async function f() {}`, /async/],
  ['purity', 'calls/a.ts', `type F = () => Promise<void>;`, /Promise/],
  ['purity', 'flows/a.ts', `const e = process.env['A'];`, /process/],
  ['purity', 'flows/a.ts', `setTimeout(f, 5);`, /setTimeout/],
  ['purity', 'flows/a.ts', `console.log(1);`, /console/],
  ['purity', 'flows/a.ts', `import { readFileSync } from 'node:fs';`, /readFileSync of node:fs/],
  ['purity', 'kernel/a.ts', `import { randomUUID } from 'node:crypto';`, /randomUUID/],
  ['purity', 'webhooks/sign.ts', `const at = Date.now();`, /Date\.now/],
  ['sizes', 'calls/a.ts', 'const a = 1;\n'.repeat(301), /301 lines/],
  ['sizes', 'calls/a.ts', `const a = '${'x'.repeat(95)}';`, /characters/],
  ['sizes', 'calls/a.ts', `function f() {\n${LONG_BODY}}`, /47 lines/],
  ['sizes', 'calls/a.ts', `const f = (a, b, c, d) => a;`, /4 parameters/],
  ['sizes', 'calls/a.ts', `interface F { f(a: 1, b: 2, c: 3, d: 4): void }`, /4 parameters/],
  ['types', 'calls/a.ts', `const a: any = 1;`, /any/],
  ['types', 'calls/a.ts', `export default function f() {}`, /default export/],
  ['types', 'calls/a.ts', `const a = 1; export default a;`, /default export/],
  ['types', 'calls/a.ts', `const a = 1; export { a as default };`, /default export/],
  ['types', 'calls/a.ts', `// @ts-${'ignore'}\nconst a = 1;`, /@ts-/],
  ['names', 'calls/string_utils.ts', '', /"utils"/],
  ['names', 'engine/call_manager.ts', '', /"manager"/],
  ['names', 'engine/callLoop.ts', '', /snake_case/],
  ['catches', 'calls/a.ts', `try { f(); } catch (e) { g(e); }`, /try/],
  ['catches', 'api/routes/a.ts', `try { f(); } finally { g(); }`, /try/],
  ['catches', 'engine/a.ts', `try { f(); } catch {}`, /dropped/],
  ['comments', 'calls/a.ts', `// ${'TO'}DO: later`, /says/],
];

/** Rule, file, and what it must let through. */
const GOOD: readonly (readonly [string, string, string])[] = [
  ['layers', 'calls/a.ts', `import { b } from '../kernel/b.ts'; import { c } from './c.ts';`],
  ['layers', 'store/store.ts', `import type { B } from '../flows/b.ts';`],
  ['layers', 'queue/bull/a.ts', `import { q } from '../limits.ts'; import { b } from './b.ts';`],
  ['layers', 'webhooks/http/a.ts', `import type { S } from '../../store/store.ts';`],
  ['layers', 'calls/a.test.ts', `import { s } from '../store/knex/sqlite.ts';`],
  ['layers', 'main.ts', `import { s } from './store/knex/sqlite.ts';`],
  ['packages', 'queue/bull/a.ts', `import { Redis } from 'ioredis'; import fs from 'node:fs';`],
  ['packages', 'bench/a.ts', `import { v4 } from 'uuid';`],
  [
    'purity',
    'calls/a.ts',
    `const d = new Date(at); const x = call.process; const y = { fetch: 1 };`,
  ],
  ['purity', 'calls/a.ts', `import { hash } from 'node:crypto'; // await Date.now()`],
  ['purity', 'calls/a.ts', `import { fetch } from './fetch.ts'; export const all = [fetch];`],
  ['purity', 'queue/queue.ts', `export interface Q { close(): Promise<void> }`],
  ['purity', 'queue/sql/a.ts', `setTimeout(f, 1);`],
  ['sizes', 'calls/a.test.ts', `describe('x', () => {\n${LONG_BODY.repeat(3)}});`],
  ['sizes', 'calls/a.ts', `const story = \`\n${'x'.repeat(200)}\n\`;`],
  ['sizes', 'api/types.gen.ts', 'const a = 1;\n'.repeat(400)],
  ['types', 'calls/a.ts', `const many = 'any'; switch (a) { default: f(); }`],
  ['types', 'calls/a.ts', `import x from './x.schema.json' with { type: 'json' };`],
  ['names', 'flows/actions/digits_receive.test.ts', ''],
  ['catches', 'store/knex/a.ts', `try { f(); } catch (e) { throw new StoreError('later', e); }`],
];

describe('the rules of tidy', () => {
  for (const [rule, path, text, expected] of BAD)
    it(`${rule} refuses in ${path}: ${text.slice(0, 60).trim()}`, () => {
      assert.match(broken(rule, { [path]: text }).join('\n'), expected);
    });

  for (const [rule, path, text] of GOOD)
    it(`${rule} allows in ${path}: ${text.slice(0, 60).trim()}`, () => {
      assert.deepEqual(broken(rule, { [path]: text }), []);
    });

  it('cycles are found however long, type imports counted', () => {
    const files = {
      'a.ts': `import type { B } from './x/b.ts';`,
      'x/b.ts': `import { c } from './c.ts';`,
      'x/c.ts': `export type { A } from '../a.ts';`,
      'd.ts': `import './a.ts';`,
    };
    assert.deepEqual(broken('cycles', files), [
      'a.ts: imports itself: a.ts > x/b.ts > x/c.ts > a.ts',
    ]);
    assert.deepEqual(broken('cycles', { ...files, 'x/c.ts': '' }), []);
  });

  it('every rule has a case that breaks it', () => {
    const tried = new Set(['cycles', ...BAD.map(([rule]) => rule)]);
    assert.deepEqual(
      RULES.map(({ name }) => name).filter((name) => !tried.has(name)),
      [],
    );
  });

  it('places are found in any text', () => {
    const path = ['', 'home', 'me', 'tandem'].join('/');
    const host = ['registry', 'npmjs', 'org'].join('.');
    assert.equal(checkPlaces('a.md', `cd ${path}`).length, 1);
    assert.equal(checkPlaces('a.md', `see https://${host}/x`).length, 1);
    assert.deepEqual(
      checkPlaces('a.md', 'https://a.example/home/x and /usr/sbin and ./work/x'),
      [],
    );
  });
});
