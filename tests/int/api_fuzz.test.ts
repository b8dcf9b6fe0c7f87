import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openBench } from './api_bench.ts';
import { fuzz } from './fuzz.ts';

const COUNT = Number(process.env['FUZZ_COUNT'] ?? 1_000);

describe('requests made from the contract, most of them wrong', () => {
  for (const seed of [1, 2, 3])
    it(`find nothing the contract does not allow (seed ${seed}, ${COUNT} requests)`, async () => {
      const bench = await openBench();
      const { key } = await bench.customer('Fuzzed');
      const keys = { admin: bench.admin, customer: key };
      const report = await fuzz(bench.url, keys, { seed, count: COUNT });
      assert.deepEqual(report.findings.slice(0, 5), []);
      assert.equal((report.statuses.get(200) ?? 0) > COUNT / 20, true, 'some were good');
      assert.equal((report.statuses.get(201) ?? 0) > COUNT / 100, true, 'some made something');
      assert.equal((report.statuses.get(400) ?? 0) > COUNT / 20, true, 'some were wrong');
      await bench.close();
    });
});
