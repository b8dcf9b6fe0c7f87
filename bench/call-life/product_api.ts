type Json = Readonly<Record<string, unknown>>;

/** The product's API, as far as a bench needs it. Throws for anything but success. */
export interface Api {
  get(path: string): Promise<Json>;
  post(path: string, body: Json): Promise<Json>;
  /** Whether a path answers 200; false while nobody listens. */
  answers(path: string): Promise<boolean>;
}

export function openApi(port: number, token: string): Api {
  const ask = async (method: string, path: string, body: Json | null): Promise<Json> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body === null ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Json;
  };
  return {
    get: (path) => ask('GET', path, null),
    post: (path, body) => ask('POST', path, body),
    answers: (path) =>
      fetch(`http://127.0.0.1:${port}${path}`).then(
        async (response) => {
          await response.text();
          return response.ok;
        },
        () => false,
      ),
  };
}
