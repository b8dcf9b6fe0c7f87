import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decoded, encoded, type Law, QUIET } from './g711.ts';

const LAWS: readonly Law[] = ['ulaw', 'alaw'];
const every = Int16Array.from({ length: 65_536 }, (_each, at) => at - 32_768);

describe('G.711', () => {
  it('decodes the values of the standard', () => {
    // G.711, tables 1a to 2b: ends and middles of the first and the last segment, times 4 and 8.
    const ulaw = decoded(Uint8Array.of(0x80, 0x00, 0xff, 0x7f, 0x8f, 0xfe), 'ulaw');
    assert.deepEqual([...ulaw], [32_124, -32_124, 0, 0, 16_764, 8]);
    const alaw = decoded(Uint8Array.of(0xaa, 0x2a, 0xd5, 0x55, 0x80), 'alaw');
    assert.deepEqual([...alaw], [32_256, -32_256, 8, -8, 5_504]);
  });

  for (const law of LAWS) {
    it(`${law}: every code stands for itself`, () => {
      const codes = Uint8Array.from({ length: 256 }, (_each, code) => code);
      const again = encoded(decoded(codes, law), law);
      // Mu-law has two zeros; both are heard as one.
      const differ = [...codes].filter((code, at) => again[at] !== code);
      assert.deepEqual(differ, law === 'ulaw' ? [0x7f] : []);
    });

    it(`${law}: no sample is further off than half a step`, () => {
      const heard = decoded(encoded(every, law), law);
      for (const [at, sample] of every.entries()) {
        const step = Math.max(16, Math.abs(sample) / 16);
        const off = Math.abs(sample - (heard[at] ?? 0));
        assert.ok(off <= step / 2 + 16 || Math.abs(sample) > 32_124, `${sample} is off by ${off}`);
      }
    });

    it(`${law}: louder stays louder`, () => {
      const heard = decoded(encoded(every, law), law);
      assert.ok(heard.every((sample, at) => at === 0 || sample >= (heard[at - 1] ?? 0)));
    });

    it(`${law}: silence is silence`, () => {
      assert.deepEqual([...encoded(new Int16Array(2), law)], [QUIET[law], QUIET[law]]);
    });
  }
});
