import assert from 'node:assert/strict';
import { it } from 'node:test';
import { countriesOf } from './countries.ts';

const CASES: readonly (readonly [string, string])[] = [
  ['+12125550101', 'US CA'],
  ['+18765550101', 'JM'],
  ['+4930123456', 'DE'],
  ['+442079460000', 'GB GG IM JE'],
  ['+35312345678', 'IE'],
  ['+77012345678', 'KZ'],
  ['+74951234567', 'RU'],
  ['+88312345678', ''],
];

for (const [number, countries] of CASES)
  it(`finds the countries of ${number}`, () =>
    assert.equal(countriesOf(number).join(' '), countries));
