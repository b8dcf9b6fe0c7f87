import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PageError, readPage } from './page.ts';
import { filled, missingIn } from './values.ts';

const PAGE = `# A page

Words.

\`\`\`sh
npm run something
\`\`\`

\`\`\`http flow 201
POST /v1/flows
{"name": "x"}
\`\`\`

\`\`\`json
{"name": "x"}
\`\`\`

\`\`\`webhooks
call_hangup as end id={{flow.id}} status=hangup
\`\`\`
`;

describe('a page that can be run', () => {
  it('is its requests, what they answer, and the webhooks it waits for', () => {
    const { title, steps } = readPage(PAGE);
    assert.equal(title, 'A page');
    const [request, webhooks] = steps;
    assert.ok(request?.step === 'request' && webhooks?.step === 'webhooks');
    assert.deepEqual(
      [request.name, request.status, request.method, request.path, request.body, request.answer],
      ['flow', 201, 'POST', '/flows', '{"name": "x"}', '{"name": "x"}'],
    );
    assert.deepEqual(webhooks.wanted[0]?.fields, [
      { path: 'id', value: '{{flow.id}}' },
      { path: 'status', value: 'hangup' },
    ]);
    assert.equal(webhooks.wanted[0]?.name, 'end');
  });

  it('says which block cannot be run', () => {
    const wrong: readonly [string, RegExp][] = [
      ['```http\nFETCH /v1/x\n```', /line 1 must begin with a method/],
      ['```http\nGET /x\n```', /line 1 must begin with a method/],
      ['\n```json\n{}\n```', /line 2 follows no request/],
      ['```webhooks\n```', /line 1 wants no webhook/],
      ['```http\nGET /v1/x', /line 1 has no end/],
    ];
    for (const [text, why] of wrong)
      assert.throws(
        () => readPage(text),
        (error) => error instanceof PageError && why.test(error.message),
      );
  });
});

describe('values of a page', () => {
  const values = new Map<string, unknown>([['call', { calls: [{ id: 'c1' }], n: 2 }]]);

  it('are put in by their path, and a wrong path is told', () => {
    assert.equal(filled('{{call.calls.0.id}} {{call.n}}', values), 'c1 2');
    assert.throws(() => filled('{{call.nothing}}', values), /nothing is called call.nothing/);
    assert.throws(() => filled('{{other}}', values), /nothing is called other/);
  });

  it('are found in an answer, wherever it says more', () => {
    const answer = { a: 1, b: { c: [1, 2], d: null }, e: 'more' };
    assert.equal(missingIn(answer, { b: { c: [1, 2], d: null } }), null);
    assert.equal(missingIn(answer, { b: { c: [1] } }), 'b.c has another length');
    assert.equal(missingIn(answer, { a: 2 }), 'a is 1');
    assert.equal(missingIn(answer, { f: { g: 1 } }), 'f is missing');
  });
});
