import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { CONTRACT_JSON, OPERATIONS } from '../../api/contract.ts';
import { ERRORS } from '../../api/errors.ts';
import { SERVED_OPENLY } from '../../api/open_operations.ts';
import { SERVED } from '../../api/operations.ts';
import { makeApp } from '../../api/server.ts';
import { type ApiBench, openBench } from './api_bench.ts';

const ANY = '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10';
const document = parse(readFileSync('openapi.yaml', 'utf8')) as Record<string, unknown>;

/** What requests bring along. */
const ASKED = [
  'PlaceCalls',
  'FlowWrite',
  'TagWrite',
  'AgentCreate',
  'AgentWrite',
  'AgentAddresses',
  'AgentPassword',
  'AgentPermission',
  'AgentPresence',
  'AgentTagIds',
  'QueueWrite',
  'QueueRoutingMethod',
  'QueueTagIds',
  'TransferCreate',
  'CallTransfer',
  'WebhookEndpointWrite',
  'RotateSecret',
  'ReplayRange',
  'TopUp',
  'RouteCreate',
  'RouteWrite',
  'PreviewRoutes',
  'ProviderCreate',
  'ProviderWrite',
  'CustomerCreate',
  'CustomerWrite',
  'AccesskeyCreate',
  'AdvanceClock',
];

describe('the contract', () => {
  it('is what the server reads', () => {
    assert.deepEqual(JSON.parse(CONTRACT_JSON), document);
  });

  it('names exactly the operations that are served', () => {
    const named = OPERATIONS.map(({ id }) => id).sort();
    assert.deepEqual(named, [...Object.keys(SERVED), ...Object.keys(SERVED_OPENLY)].sort());
    assert.equal(new Set(named).size, named.length, 'no name twice');
  });

  it('names exactly the paths express has', () => {
    const app = makeApp({ store: {} } as never) as unknown as {
      router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] };
    };
    const served = app.router.stack.flatMap(({ route }) =>
      route === undefined
        ? []
        : Object.keys(route.methods)
            .filter((method) => method !== '_all')
            .map((method) => `${method} ${route.path}`),
    );
    const named = OPERATIONS.map(
      ({ method, path }) =>
        `${method} ${path.replace('{rest}', '*rest').replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    assert.deepEqual(served.toSorted(), named.toSorted());
  });

  it('bounds every text, list and number that is asked for', () => {
    const loose: string[] = [];
    const schemas = (document['components'] as { schemas: Record<string, unknown> }).schemas;
    const seen = new Set<string>();
    const walk = (place: string, schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null || place.includes('/examples')) return;
      const part = schema as Record<string, unknown>;
      const ref = part['$ref'];
      if (typeof ref === 'string') {
        const name = ref.slice('#/components/schemas/'.length);
        if (!seen.has(name)) {
          seen.add(name);
          walk(name, schemas[name]);
        }
        return;
      }
      const bounded = 'enum' in part || 'const' in part;
      if (part['type'] === 'string' && !bounded && part['maxLength'] === undefined)
        loose.push(place);
      if (part['type'] === 'array' && part['maxItems'] === undefined) loose.push(place);
      if (['integer', 'number'].includes(String(part['type'])) && part['maximum'] === undefined)
        loose.push(place);
      if (
        part['type'] === 'object' &&
        part['additionalProperties'] === undefined &&
        part['maxProperties'] === undefined
      )
        loose.push(place);
      for (const [name, inner] of Object.entries(part)) walk(`${place}/${name}`, inner);
    };
    for (const name of ASKED) walk(name, schemas[name]);
    assert.deepEqual(loose, []);
  });

  it('takes every example it gives', () => {
    // Checked where requests are: see the fuzz test. Here: that every body has one.
    const schemas = (
      document['components'] as { schemas: Record<string, { examples?: unknown[] }> }
    ).schemas;
    for (const name of ['PlaceCalls', 'FlowWrite', 'TopUp', 'RouteCreate', 'ProviderCreate'])
      assert.equal((schemas[name]?.examples ?? []).length > 0, true, name);
  });

  it('knows every error of the registry, and docs/errors.md does', () => {
    const page = readFileSync('docs/errors.md', 'utf8');
    const listed = [...page.matchAll(/<a id="(\w+)">/g)].map((match) => match[1]);
    assert.deepEqual(listed.toSorted(), Object.keys(ERRORS).toSorted());
  });
});

describe('what is open to everybody', () => {
  let bench: ApiBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());
  const get = (path: string) => bench.send('GET', path, { key: null });

  it('says whether it runs and serves', async () => {
    assert.deepEqual((await get('/healthz')).body, { status: 'ok' });
    assert.deepEqual((await get('/readyz')).body, { status: 'ok', checks: { store: 'ok' } });
    const away = await openBench(
      {},
      {
        ready: () => Promise.resolve({ ok: false, checks: { store: 'away' } }),
      },
    );
    assert.equal((await away.send('GET', '/readyz', { key: null })).status, 503);
    await away.close();
  });

  it('shows figures to this machine, and to no stranger behind a proxy', async () => {
    assert.equal((await get('/metrics')).text, 'tandem_up 1\n');
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    const refused = await bench.send('GET', '/metrics', { key: null, headers });
    assert.equal(refused.status, 403);
    assert.equal((await bench.send('GET', '/metrics', { headers })).status, 200);
  });

  it('serves the contract and pages that load nothing from elsewhere', async () => {
    assert.deepEqual((await get('/openapi.json')).body, document);
    assert.deepEqual(parse((await get('/openapi.yaml')).text), document);
    const page = await get('/docs');
    assert.equal(/(src|href)="(https?:)?\/\//.test(page.text), false);
    assert.equal(/<script>/.test(page.text), false, 'no script inside the page');
    for (const [, file] of page.text.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g))
      assert.equal((await get(file ?? '')).status, 200, file);
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.equal((await get('/docs/../package.json')).status, 404);
    assert.equal((await get('/docs/%2e%2e%2fpackage.json')).status, 404);
  });

  it('has a place for every doc_url', async () => {
    const page = await get('/docs/errors');
    for (const code of Object.keys(ERRORS))
      assert.equal(page.text.includes(`id="${code}"`), true, code);
    const { body } = await get('/v1/calls');
    const { doc_url } = body['error'] as { doc_url: string };
    assert.equal(doc_url, 'http://tandem.test/docs/errors#unauthenticated');
  });

  it('passes notices of carriers on as they are, and refuses those without proof', async () => {
    const path = `/v1/carriers/${ANY}/voice/events?a=1&b=%20`;
    const headers = { 'x-signature': 'right', 'content-type': 'application/x-www-form-urlencoded' };
    const ok = await bench.send('POST', path, { key: null, body: 'CallSid=1', headers });
    assert.deepEqual([ok.status, ok.text], [200, '<ok/>']);
    const notice = bench.exchange.notices.at(-1);
    assert.deepEqual(
      [notice?.method, notice?.path, notice?.body, notice?.headers['x-signature']],
      ['POST', '/voice/events?a=1&b=%20', 'CallSid=1', 'right'],
    );
    const forged = await bench.send('POST', path, { key: null, body: 'CallSid=1' });
    assert.equal(forged.status, 403);
    const asked = await bench.send('GET', path, { key: null, headers });
    assert.equal(asked.status, 200);
    const large = await bench.send('POST', path, { key: null, body: 'x'.repeat(1_048_577) });
    assert.equal(large.status, 413);
  });

  it('answers 404 and 405 in the one shape of errors', async () => {
    assert.equal((await get('/v1/nothing')).status, 404);
    assert.equal((await get('/V1/calls')).status, 404);
    assert.equal((await get('/v1/calls/')).status, 404);
    assert.equal((await bench.send('GET', '/v1/calls/%zz')).status, 400);
    const other = await bench.send('DELETE', '/v1/calls');
    assert.deepEqual([other.status, other.headers.get('allow')], [405, 'POST, GET']);
    assert.equal((await bench.send('PATCH', `/v1/flows/${ANY}`)).status, 405);
    assert.equal((await bench.send('GET', '/v1/flows/validate')).status, 405);
  });

  it('says nothing about what it is made of, and lets nothing frame or keep it', async () => {
    const { headers } = await get('/v1/calls');
    assert.equal(headers.get('x-powered-by'), null);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });
});
