/** Reads server-sent events as a customer's program does. */
import type { ApiClient, Json } from './api_client.ts';

export interface StreamEvent {
  readonly id: string;
  readonly event: string;
  /** The body a webhook would have. */
  readonly body: Json;
  readonly data: Json;
}

export interface EventStream {
  readonly events: StreamEvent[];
  /** Resolves with the first event, past or future, that fits. Rejects when the stream ends. */
  until(fits: (event: StreamEvent) => boolean): Promise<StreamEvent>;
  close(): Promise<void>;
}

/** Opens GET /v1/events; after `last_event_id` when one is given. */
export async function openStream(client: ApiClient, last_event_id?: string): Promise<EventStream> {
  const stop = new AbortController();
  const response = await fetch(`${client.url()}/v1/events`, {
    headers: {
      authorization: `Bearer ${client.key}`,
      ...(last_event_id === undefined ? {} : { 'last-event-id': last_event_id }),
    },
    signal: stop.signal,
  });
  if (response.status !== 200 || response.body === null)
    throw new Error(`the stream was refused: ${response.status} ${await response.text()}`);
  const events: StreamEvent[] = [];
  const hearing = new Set<() => void>();
  const reading = read(response.body, (event) => {
    events.push(event);
    for (const hear of hearing) hear();
  });
  return {
    events,
    until: async (fits) => {
      for (;;) {
        const found = events.find(fits);
        if (found !== undefined) return found;
        const heard = new Promise<void>((resolve) => hearing.add(resolve));
        const ended = await Promise.race([heard, reading.then(() => 'ended' as const)]);
        if (ended === 'ended' && !events.some(fits)) throw new Error('the stream ended before');
      }
    },
    close: async () => {
      stop.abort();
      await reading;
    },
  };
}

async function read(
  body: ReadableStream<Uint8Array>,
  hear: (event: StreamEvent) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) if (!block.startsWith(':')) hear(eventOf(block));
    }
  } catch (error) {
    // Whoever closes it aborts it; a server that dies ends it.
    if (!(error instanceof Error)) throw error;
  }
}

function eventOf(block: string): StreamEvent {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
  const body = JSON.parse(fields.get('data') ?? '{}') as Json;
  const data = body['data'] as Json;
  return { id: fields.get('id') ?? '', event: fields.get('event') ?? '', body, data };
}
