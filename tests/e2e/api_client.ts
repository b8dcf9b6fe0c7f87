/** The API as a customer's program calls it, over HTTP. */
import type { components } from '../../api/types.gen.ts';

type Schemas = components['schemas'];
export type CallJson = Schemas['Call'];
export type AttemptJson = Schemas['Attempt'];
export type DialJson = Schemas['SandboxDial'];
export type BillingJson = Schemas['Billing'];
export type PostingJson = Schemas['Posting'];
export type DeliveryJson = Schemas['Delivery'];
export type PlacedJson = Schemas['CallsPlaced'];
export type Json = Readonly<Record<string, unknown>>;

const PAGE = 100;
const ANSWER_WITHIN_MS = 10_000;

/** Any answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
}

export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeout_ms?: number;
}

export interface ApiClient {
  readonly key: string;
  /** The server that the next request goes to. */
  url(): string;
  /** One request. Rejects when nobody answers. */
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** The body of a 2xx answer; throws with the API's own words otherwise. */
  get<T = Json>(path: string): Promise<T>;
  post<T = Json>(path: string, body: unknown): Promise<T>;
  /** All pages of a list. */
  all<T>(path: string): Promise<T[]>;
}

export function apiClient(url: () => string, key: string): ApiClient {
  const ask: ApiClient['ask'] = async (path, asked = {}) => {
    const { method = 'GET', body, headers = {}, timeout_ms = ANSWER_WITHIN_MS } = asked;
    const response = await fetch(`${url()}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(timeout_ms),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const is_json = response.headers.get('content-type')?.includes('json') === true;
    const json = is_json ? (JSON.parse(text) as Json) : {};
    return { status: response.status, headers: response.headers, text, json };
  };
  const well = async <T>(path: string, asked: Asked): Promise<T> => {
    const { status, json, text } = await ask(path, asked);
    if (status >= 300) throw new Error(`${asked.method ?? 'GET'} ${path}: ${status} ${text}`);
    return json as T;
  };
  return {
    key,
    url,
    ask,
    get: (path) => well(path, {}),
    post: (path, body) => well(path, { method: 'POST', body }),
    all: async <T>(path: string) => {
      const rows: T[] = [];
      let token = '';
      do {
        const join = path.includes('?') ? '&' : '?';
        const next = token === '' ? '' : `&page_token=${encodeURIComponent(token)}`;
        const page = await well<{ result: T[]; next_page_token: string | null }>(
          `${path}${join}page_size=${PAGE}${next}`,
          {},
        );
        rows.push(...page.result);
        token = page.next_page_token ?? '';
      } while (token !== '');
      return rows;
    },
  };
}

/** The code of a refusal. */
export function codeOf({ json }: Answer): string {
  return String((json['error'] as Json | undefined)?.['code']);
}
