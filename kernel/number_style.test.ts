import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { NumberStyle } from './number_style.ts';
import { PLAIN_STYLE, readFrom, styleFault, writtenFor } from './number_style.ts';

const BARE: NumberStyle = { ...PLAIN_STYLE, international: '' };
const BRITISH: NumberStyle = {
  international: '00',
  national: { country_code: '44', trunk: '0' },
  tech_prefix: '',
};
const TECH: NumberStyle = { ...BARE, tech_prefix: '9912#' };

describe('a number in the style of a network', () => {
  const STORIES: readonly (readonly [string, NumberStyle, string])[] = [
    ['+442071234567', PLAIN_STYLE, '+442071234567'],
    ['+442071234567', BARE, '442071234567'],
    ['+442071234567', BRITISH, '02071234567'],
    ['+14155550100', BRITISH, '0014155550100'],
    ['+440071234567', BRITISH, '00440071234567'],
    ['+14155550100', TECH, '9912#14155550100'],
  ];
  for (const [number, style, written] of STORIES)
    it(`${number} is ${written}`, () => {
      assert.equal(writtenFor(number, style), written);
      assert.equal(readFrom(written, style), number);
    });

  it('is read with a plus wherever it comes from', () => {
    for (const style of [PLAIN_STYLE, BARE, BRITISH, TECH])
      assert.equal(readFrom('+14155550100', style), '+14155550100');
  });

  it('is none where nobody can tell', () => {
    for (const text of ['anonymous', '', '+', '+0123456789', 'alice', '1234', '+1415555010x'])
      for (const style of [PLAIN_STYLE, BARE, BRITISH, TECH])
        assert.equal(readFrom(text, style), null, text);
    assert.equal(readFrom('14155550100', PLAIN_STYLE), null);
    assert.equal(readFrom('0014155550100', BARE), null);
  });
});

describe('a style', () => {
  const national = { country_code: '7', trunk: '8' };
  const FAULTS: readonly (readonly [Partial<NumberStyle>, RegExp | null])[] = [
    [{}, null],
    [{ international: '011', national: { country_code: '1', trunk: '1' } }, null],
    [{ international: '810', national }, /begin alike/],
    [{ international: '', national }, /begin like the trunk/],
    [{ international: '', national: { country_code: '49', trunk: '0' } }, null],
    [{ international: 'x' }, /dials abroad/],
    [{ tech_prefix: 'sip:' }, /tech prefix/],
    [{ national: { country_code: '0', trunk: '0' } }, /country code/],
    [{ national: { country_code: '49', trunk: '' } }, /trunk prefix is digits/],
  ];
  for (const [style, fault] of FAULTS)
    it(`${JSON.stringify(style)} is ${fault === null ? 'one' : 'refused'}`, () => {
      const found = styleFault({ ...PLAIN_STYLE, ...style });
      if (fault === null) assert.equal(found, null);
      else assert.match(found ?? '', fault);
    });

  it('without fault writes numbers that are read back', () => {
    const styles = fc.record({
      international: fc.constantFrom('+', '', '00', '011', '0011'),
      national: fc.option(
        fc.record({
          country_code: fc.constantFrom('1', '7', '44', '49', '353'),
          trunk: fc.constantFrom('0', '1', '8', '06'),
        }),
      ),
      tech_prefix: fc.constantFrom('', '9912#', '#'),
    });
    fc.assert(
      fc.property(styles, fc.stringMatching(/^\+[1-9][0-9]{8,12}$/), (style, number) => {
        fc.pre(styleFault(style) === null);
        assert.equal(readFrom(writtenFor(number, style), style), number);
      }),
      { numRuns: 2_000 },
    );
  });
});
