/** A customer's webhook server: checks every signature and remembers everything that came. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** One request that came, in the order in which they came. */
export interface Hook {
  /** When it came. */
  readonly at: number;
  readonly path: string;
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  /** The call or activeflow it is about: what sequences are counted by. */
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** What standardwebhooks says of the signature: '' when it is right. */
  readonly wrong: string;
  /** What we answered. */
  readonly status: number;
}

/** Decides what a request is answered. Called with how many came before it. */
export type Answering = (count: number, hook: Omit<Hook, 'status'>) => number | Promise<number>;

export interface WebhookSink {
  readonly hooks: Hook[];
  /** How requests are answered from now on; 204 to begin with. */
  answering: Answering;
  url(path: string): string;
  /** The secret of the endpoint at this path, once it is known. */
  trust(path: string, secret: string): void;
  /** Resolves with the first request, past or future, that fits. */
  until(fits: (hook: Hook) => boolean): Promise<Hook>;
  stop(): Promise<void>;
}

export async function startSink(): Promise<WebhookSink> {
  const secrets = new Map<string, Webhook>();
  const waiting = new Set<(hook: Hook) => void>();
  const hooks: Hook[] = [];
  const server = createServer((request, response) => {
    void read(request, secrets).then(async (came) => {
      const status = await sink.answering(hooks.length, came);
      const hook = { ...came, status };
      hooks.push(hook);
      for (const hear of waiting) hear(hook);
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sink: WebhookSink = {
    hooks,
    answering: () => 204,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    trust: (path, secret) => void secrets.set(path, new Webhook(secret)),
    until: (fits) => {
      const known = hooks.find(fits);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve) => {
        const hear = (hook: Hook): void => {
          if (!fits(hook)) return;
          waiting.delete(hear);
          resolve(hook);
        };
        waiting.add(hear);
      });
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return sink;
}

async function read(
  request: IncomingMessage,
  secrets: ReadonlyMap<string, Webhook>,
): Promise<Omit<Hook, 'status'>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const path = request.url ?? '';
  const { id, type, sequence, data } = JSON.parse(body) as Hook;
  const subject = String(data['id']);
  const wrong = wrongOf(secrets.get(path), body, request.headers as Record<string, string>);
  const same = request.headers['webhook-id'] === id ? '' : 'webhook-id is not the id of the body';
  return {
    at: Date.now(),
    path,
    id,
    type,
    sequence,
    subject,
    data,
    body,
    wrong: wrong === '' ? same : wrong,
  };
}

function wrongOf(
  webhook: Webhook | undefined,
  body: string,
  headers: Record<string, string>,
): string {
  if (webhook === undefined) return 'no secret is known for this path';
  try {
    webhook.verify(body, headers);
    return '';
  } catch (error) {
    return String(error);
  }
}
