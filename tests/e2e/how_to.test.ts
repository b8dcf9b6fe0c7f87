import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runnablePages } from '../../cli/how_to/how_to.ts';
import { tandem } from './tandem_process.ts';

describe('the how-to pages that can be run', () => {
  it('are there', () => assert.ok(runnablePages().includes('ivr-menu')));

  for (const name of runnablePages())
    it(`${name} holds`, async () => {
      const { code, stdout, stderr } = await tandem(['how-to', name], {});
      assert.equal(code, 0, `${stdout}${stderr}`);
    });

  it('a page that is not there is told in one line', async () => {
    const { code, stderr } = await tandem(['how-to', 'no-such-page'], {});
    assert.equal(code, 2);
    assert.match(stderr, /^tandem how-to: name a page: .*ivr-menu.*\n$/);
  });
});
