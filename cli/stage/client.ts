/** A JSON object of the API. */
export type Json = Readonly<Record<string, unknown>>;

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** The API as a customer's program calls it. get and post throw when they are refused. */
export interface Client {
  get(path: string): Promise<Json>;
  post(path: string, body: Json): Promise<Json>;
  ask(method: string, path: string, body?: Json): Promise<Answer>;
}

export function clientOf(url: string, key: string): Client {
  const ask = async (method: string, path: string, body?: Json): Promise<Answer> => {
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Json) };
  };
  const good = async (method: string, path: string, body?: Json): Promise<Json> => {
    const answer = await ask(method, path, body);
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path}: ${JSON.stringify(answer.body['error'])}`);
  };
  return {
    ask,
    get: (path) => good('GET', path),
    post: (path, body) => good('POST', path, body),
  };
}
