import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mostThatRoundsTo, rounded, ROUNDINGS } from './rounding.ts';

describe('rounded', () => {
  const HALVES = `
    parts | half_up | half_down | half_even | up | down
       -6 |      -1 |        -2 |        -2 | -1 |   -2
       -5 |      -1 |        -1 |        -1 | -1 |   -2
       -4 |      -1 |        -1 |        -1 | -1 |   -1
       -2 |       0 |        -1 |         0 |  0 |   -1
        0 |       0 |         0 |         0 |  0 |    0
        1 |       0 |         0 |         0 |  1 |    0
        2 |       1 |         0 |         0 |  1 |    0
        3 |       1 |         1 |         1 |  1 |    0
        4 |       1 |         1 |         1 |  1 |    1
        6 |       2 |         1 |         2 |  2 |    1
       10 |       3 |         2 |         2 |  3 |    2`;

  const [head = [], ...lines] = HALVES.trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  for (const [parts = '', ...wholes] of lines)
    it(`makes of ${parts}/4 what each way asks for`, () => {
      for (const [place, whole] of wholes.entries()) {
        const way = ROUNDINGS.find((each) => each === head[place + 1]);
        assert.equal(rounded({ parts: BigInt(parts), of: 4n }, way), BigInt(whole), way);
      }
    });
});

describe('mostThatRoundsTo', () => {
  it('still rounds to the whole, and one more part does not', () => {
    for (const way of ROUNDINGS)
      for (const size of [1n, 2n, 3n, 60n])
        for (let whole = -3n; whole < 4n; whole += 1n) {
          const parts = mostThatRoundsTo(whole, size, way);
          assert.equal(rounded({ parts, of: size }, way), whole, `${way} ${parts}/${size}`);
          assert.ok(
            rounded({ parts: parts + 1n, of: size }, way) > whole,
            `${way} ${parts}/${size}`,
          );
        }
  });
});
