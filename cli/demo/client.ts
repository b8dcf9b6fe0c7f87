/** A JSON object of the API. */
export type Json = Readonly<Record<string, unknown>>;

/** The API as a customer's program calls it. Throws with the API's own words when it refuses. */
export interface Client {
  get(path: string): Promise<Json>;
  post(path: string, body: Json): Promise<Json>;
}

export function clientOf(url: string, key: string): Client {
  const ask = async (method: string, path: string, body?: Json): Promise<Json> => {
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Json;
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer['error'])}`);
    return answer;
  };
  return {
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
  };
}
