import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkOf, checksOf } from './schema.ts';

const PET = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string', pattern: '^[a-z]+$' },
    legs: { type: 'integer', maximum: 8, default: 4 },
    kind: { enum: ['cat', 'dog'] },
  },
};

describe('a check', () => {
  it('says nothing of a value that fits, and fills in its defaults', () => {
    const pet = { name: 'tom' };
    assert.equal(checkOf(PET)(pet), null);
    assert.deepEqual(pet, { name: 'tom', legs: 4 });
  });

  const cases: readonly (readonly [unknown, string, string])[] = [
    [{}, '/name', 'is missing'],
    [{ name: 'tom', wings: 2 }, '/wings', 'is not a known field'],
    [{ name: 'tom', 'a/b~c': 2 }, '/a~1b~0c', 'is not a known field'],
    [{ name: 'tom', kind: 'cow' }, '/kind', 'must be one of "cat", "dog"'],
    [{ name: 'tom', legs: 9 }, '/legs', 'must be <= 8'],
    [{ name: 'Tom' }, '/name', 'must match pattern "^[a-z]+$"'],
    [[], '', 'must be object'],
  ];
  for (const [value, pointer, message] of cases)
    it(`points at ${pointer === '' ? 'the whole' : pointer}: ${message}`, () => {
      const problem = checkOf(PET)(value);
      assert.deepEqual([problem?.pointer, problem?.message], [pointer, message]);
    });

  it('names the alternatives, not what is wrong with each', () => {
    const check = checkOf({ type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] });
    assert.equal(check({})?.message, 'must have exactly one of a, b');
    assert.equal(check({ a: 1, b: 1 })?.pointer, '');
  });

  it('follows references in a document, and tells unions apart by their discriminator', () => {
    const document = {
      components: {
        schemas: {
          Pet: {
            oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
            discriminator: { propertyName: 'type', mapping: { cat: '#/components/schemas/Cat' } },
            type: 'object',
            required: ['type'],
          },
          Cat: {
            type: 'object',
            required: ['type', 'lives'],
            properties: { type: { const: 'cat' } },
          },
          Dog: { type: 'object', required: ['type'], properties: { type: { const: 'dog' } } },
        },
      },
    };
    const check = checksOf('pets', document)('/components/schemas/Pet');
    assert.equal(check({ type: 'dog' }), null);
    assert.deepEqual(pick(check({ type: 'cat' })), ['/lives', 'is missing']);
    assert.deepEqual(pick(check({ type: 'cow' })), ['/type', 'is not a known type']);
  });
});

function pick(problem: { pointer: string; message: string } | null): unknown[] {
  return [problem?.pointer, problem?.message];
}
