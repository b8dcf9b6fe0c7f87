import assert from 'node:assert/strict';
import { it } from 'node:test';
import { packer, unpack } from './sqlite_wire.ts';
import { insertInto, updating } from './statement.ts';
import type { Statement } from './statement.ts';

const ONE = insertInto('one', ['id', 'doc']);
const TWO = updating('two', 'n = n + 1 where id = ?', 0);

it('units cross to the writing thread and come out the same, each text once', () => {
  const units: Statement[][] = [
    [
      { shape: ONE, args: ['a', null], otherwise: { refuse: 'duplicate' } },
      { shape: TWO, args: [5], otherwise: { skip: 1 } },
      { shape: TWO, args: [''], otherwise: null },
    ],
    [],
    [{ shape: ONE, args: ['b', '{}'], otherwise: null }],
  ];
  const pack = packer();
  const first = pack(units);
  assert.equal(first.texts.length, 2);
  assert.deepEqual(pack(units).texts, []);
  const shapes = [ONE, TWO];
  const arrived = unpack(first.flat, (number) => shapes[number]);
  const sent = units.map((unit) =>
    unit.map(({ shape, args, otherwise }) => ({ statement: shape, args, otherwise })),
  );
  assert.deepEqual(arrived, sent);
});
