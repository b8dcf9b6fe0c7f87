import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkOf, type JsonSchema } from '../../kernel/schema.ts';
import type { ActionKind } from '../../flows/action.ts';
import { actions } from '../../flows/actions/index.ts';
import { type Language, outlookOf, type Verb } from '../../flows/language.ts';
import { OPTION_CHARACTERS_MAX } from '../../flows/limits.ts';
import { checkFlow, premisesFor } from '../../flows/check/check.ts';
import { beginTale, callOf, factOf, flowOf, tellNext } from '../flow_stories.ts';

const language: Language = actions;
const verbs = Object.entries(language) as [string, Verb][];

/** Every part of an option, with its path: properties, items, and values of maps. */
function partsOf(schema: JsonSchema, path: string): [string, JsonSchema][] {
  const members = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const open = ['items', 'additionalProperties'].flatMap((keyword): [string, JsonSchema][] => {
    const part = schema[keyword];
    return typeof part === 'object' ? [[keyword, part as JsonSchema]] : [];
  });
  return [...members, ...open].flatMap(([name, part]) => [
    [`${path}/${name}`, part],
    ...partsOf(part, `${path}/${name}`),
  ]);
}

/** What keeps a value of each type from growing without end. */
const BOUNDS: Readonly<Record<string, readonly string[]>> = {
  string: ['maxLength'],
  integer: ['minimum', 'maximum'],
  number: ['minimum', 'maximum'],
  array: ['maxItems'],
  object: ['maxProperties'],
  boolean: [],
};

function isBounded(part: JsonSchema): boolean {
  if ('enum' in part || part['additionalProperties'] === false) return true;
  const bounds = BOUNDS[part['type'] as string];
  return bounds?.every((bound) => bound in part) ?? false;
}

/** What every action must do. An action joins the language when this passes. */
for (const [type, { kind, schema }] of verbs)
  describe(`${type} is an action`, () => {
    const examples = schema['examples'] as object[];
    const [example = {}] = examples;
    const written = [{ id: 'here', type, option: example }];
    const begun = () => beginTale(written, callOf());

    it('is named after its file', () => {
      assert.deepEqual([kind.type, schema['title']], [type, type]);
    });
    it('gives examples that its own schema accepts', () => {
      assert.ok(examples.length > 0);
      for (const option of examples) assert.equal(checkOf(schema)(structuredClone(option)), null);
    });
    it('refuses an option it does not know', () => {
      const problem = checkOf(schema)({ ...structuredClone(example), zzz: 1 });
      assert.equal(problem?.pointer, '/zzz');
    });
    it('says in sentences what it does', () => {
      assert.match(String(schema['description']), /^[A-Z].*\.$/s);
    });
    it('describes every property in a sentence', () => {
      for (const [path, part] of partsOf(schema, ''))
        if (!path.includes('additionalProperties'))
          assert.match(String(part['description']), /^[A-Z].*\.$/s, path);
    });
    it('bounds every property', () => {
      for (const [path, part] of partsOf(schema, '')) assert.ok(isBounded(part), path);
    });
    it('is pure: twice the same question, twice the same answer', () => {
      assert.deepEqual(begun().last, begun().last);
    });
    it('reacts if it waits', () => {
      assert.equal(kind.react !== undefined, kind.waits);
      if (!kind.waits) assert.notEqual(begun().run.current_action?.id, 'here');
    });
    it('ignores events that are not about it', () => {
      const tale = begun();
      if (tale.run.status === 'running')
        assert.equal(tellNext(tale, factOf('master', tale)).run, tale.run);
    });
    it('never hangs on media: what it waits for ends by itself', () => {
      const tale = begun();
      // Chained calls and groups always answer.
      const alive = ['child', 'group_open', 'group_tell'];
      const on_media = tale.orders.some(({ give }) => !alive.includes(give));
      if (tale.run.status !== 'running' || !on_media) return;
      assert.equal(typeof tale.last.wake.set, 'number');
      assert.equal(tellNext(tale, factOf('timer', tale)).run.status, 'ended');
    });
    it('says how long it may wait, and never waits longer', () => {
      const { waits, lasts } = outlookOf({ kind, schema }, flowOf(written)[0]?.option);
      if (!(waits ?? kind.waits)) return;
      assert.ok(lasts !== undefined, 'its outlook says what it lasts');
      const { set } = begun().last.wake;
      if (lasts.ms === null || typeof set !== 'number') return;
      const characters = (lasts.text ?? '').length + OPTION_CHARACTERS_MAX;
      assert.ok(set <= lasts.ms + (lasts.character_ms ?? 0) * characters);
    });
    it('keeps only options it has', () => {
      const { keeps = [] } = kind as ActionKind<unknown>;
      for (const name of keeps) assert.ok(name in (schema['properties'] as object), name);
    });
    it('survives a flow of its own example', () => {
      const errors = checkFlow(written, premisesFor(language)).filter(
        ({ code, severity }) => severity === 'error' && code !== 'target_missing',
      );
      assert.deepEqual(errors, []);
      assert.equal(flowOf(written)[0]?.type, type);
    });
  });
