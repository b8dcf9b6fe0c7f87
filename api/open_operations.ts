import { readFileSync } from 'node:fs';
import { CONTRACT_JSON } from './contract.ts';
import type { Desk } from './desk.ts';
import { admit, tokenOf } from './door.ts';
import { noticeOutcome } from './notices.ts';
import { answer, JSON_TYPE, NOT_FOUND, type Outcome, refuse } from './operation.ts';
import { assetOf, docsPage, errorsPage, PAGE_POLICY } from './pages.ts';
import { queryPairs } from './query.ts';
import { recordingFileOutcome } from './recording_file.ts';
import type { Visit } from './reply.ts';

/** Operations that ask for no key. */
export type OpenId =
  | 'carrierNotice'
  | 'carrierRequest'
  | 'readRecordingfile'
  | 'healthz'
  | 'readyz'
  | 'metrics'
  | 'openapiJson'
  | 'openapiYaml'
  | 'docs'
  | 'docsErrors'
  | 'docsAsset';

export type ServeOpen = (visit: Visit, desk: Desk) => Promise<Outcome>;

const CONTRACT_YAML = new URL('../openapi.yaml', import.meta.url);
const ASSET_CACHE = 'public, max-age=3600';

export const SERVED_OPENLY: { readonly [Id in OpenId]: ServeOpen } = {
  carrierNotice: noticeOutcome,
  carrierRequest: noticeOutcome,
  readRecordingfile: recordingFileOutcome,
  healthz: async () => answer({ status: 'ok' }),
  readyz: async (_visit, desk) => {
    const { ok, checks } = await desk.ready();
    return answer({ status: ok ? 'ok' : 'unavailable', checks }, ok ? 200 : 503);
  },
  metrics: async (visit, desk) => {
    if (!(await mayReadMetrics(visit, desk))) return refuse('role_missing');
    const type = 'text/plain; version=0.0.4; charset=utf-8';
    return { status: 200, text: await desk.metrics(), type };
  },
  openapiJson: async () => ({ status: 200, text: CONTRACT_JSON, type: JSON_TYPE }),
  openapiYaml: async () => ({
    status: 200,
    text: readFileSync(CONTRACT_YAML, 'utf8'),
    type: 'application/yaml; charset=utf-8',
  }),
  docs: async (visit) => page(visit, docsPage()),
  docsErrors: async (visit) => page(visit, errorsPage()),
  docsAsset: async ({ request, headers }) => {
    const asset = assetOf(String(request.params['asset']));
    if (asset === null) return NOT_FOUND;
    headers['Cache-Control'] = ASSET_CACHE;
    return { status: 200, ...asset };
  },
};

function page({ headers }: Visit, text: string): Outcome {
  headers['Content-Security-Policy'] = PAGE_POLICY;
  return { status: 200, text, type: 'text/html; charset=utf-8' };
}

/** This machine may, unless it is a proxy speaking for somebody else; so may administrators. */
async function mayReadMetrics({ request }: Visit, desk: Desk): Promise<boolean> {
  const address = request.socket.remoteAddress ?? '';
  const here = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);
  if (desk.config.metrics_public) return true;
  if (here && request.headers['x-forwarded-for'] === undefined) return true;
  const token = tokenOf(request, queryPairs(request.url));
  if (token === null) return false;
  const key = await admit(token, address, desk);
  return !('refused' in key) && key.role === 'admin';
}
