import type { ServerResponse } from 'node:http';
import type { Instant } from '../../kernel/brand.ts';
import type { Scope } from '../../store/page.ts';
import type { NoticeRow } from '../../store/journal.ts';
import { bodyOf } from '../../webhooks/body.ts';
import type { Desk } from '../desk.ts';
import { scopeOf } from '../lists.ts';
import { type Ask, refuse, type Serve } from '../operation.ts';
import { SAFE_HEADERS } from '../reply.ts';

/**
 * At every beat the key is looked at, and whenever news of a change of keys comes from any node:
 * who is no longer let in hears nothing more.
 */
const HEARTBEAT_MS = 3_000;
/** A reader who is this far behind is cut off; it resumes where it was. */
const BACKLOG_BYTES_MAX = 1_048_576;
/** Commits of different calls may overtake each other by so much: resuming looks back this far. */
const OVERLAP_MS = 500;
const PAGE = 200;

export const streamEvents: Serve<'streamEvents'> = (ask, desk) => {
  const since = ask.last_event_id === null ? null : cursorOf(ask.last_event_id);
  if (since === undefined)
    return Promise.resolve(refuse('invalid_request', 'Last-Event-ID', 'Last-Event-ID is not ours'));
  return Promise.resolve({ stream: (response, id) => open(ask, desk, { response, since, id }) });
};

interface Cursor {
  readonly at: Instant;
  readonly id: string;
}
interface Opening {
  readonly response: ServerResponse;
  readonly since: Cursor | null;
  readonly id: string;
}

function open(ask: Ask<'streamEvents'>, desk: Desk, opening: Opening): void {
  const { response } = opening;
  response.writeHead(200, {
    ...SAFE_HEADERS,
    'X-Request-Id': opening.id,
    'Content-Type': 'text/event-stream',
    'X-Accel-Buffering': 'no',
  });
  response.write(': connected\n\n');
  const reader = new Reader(response, ask.query.type ?? null);
  const scope = scopeOf(ask);
  const unlisten = desk.exchange.listen(scope, (_customer_id, notice) => reader.hear(notice));
  const close = (): void => void response.end();
  const failed = (error: unknown): void => {
    desk.log.warn({ request_id: opening.id, error }, 'a stream was cut');
    close();
  };
  const beat = async (): Promise<void> =>
    (await desk.keyring.holds(ask.key)) ? reader.beat() : close();
  const look = (): void => void beat().catch(failed);
  const heartbeat = setInterval(look, HEARTBEAT_MS);
  const unwatch = desk.exchange.watch('keys', look);
  desk.stopping?.addEventListener('abort', close);
  response.once('close', () => {
    unlisten();
    unwatch();
    clearInterval(heartbeat);
    desk.stopping?.removeEventListener('abort', close);
  });
  catchUp(reader, scope, { desk, since: opening.since }).catch(failed);
}

/** Tells what was missed, then what came meanwhile, then everything as it happens. */
async function catchUp(
  reader: Reader,
  scope: Scope,
  { desk, since }: { readonly desk: Desk; readonly since: Cursor | null },
): Promise<void> {
  let after =
    since === null ? null : { at: (since.at - OVERLAP_MS) as Instant, subject_id: '', id: '' };
  while (after !== null && reader.isOpen()) {
    const rows = await desk.store.calls.eventsAfter(scope, after, PAGE);
    for (const notice of rows.flatMap((row) => row.notices))
      if (notice.id !== since?.id) reader.tell(notice);
    await reader.drained();
    const last = rows.at(-1);
    after = rows.length < PAGE || last === undefined ? null : last;
  }
  reader.live();
}

/** One listener's end of the stream. What it hears while it catches up waits for its turn. */
class Reader {
  readonly #response: ServerResponse;
  readonly #type: string | null;
  /** Null once it has caught up. */
  #waiting: NoticeRow[] | null = [];
  readonly #told = new Set<string>();

  constructor(response: ServerResponse, type: string | null) {
    this.#response = response;
    this.#type = type;
  }

  isOpen(): boolean {
    return !this.#response.destroyed;
  }

  hear(notice: NoticeRow): void {
    if (this.#waiting === null) this.#write(notice);
    else this.#waiting.push(notice);
  }

  tell(notice: NoticeRow): void {
    this.#told.add(notice.id);
    this.#write(notice);
  }

  live(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const notice of waiting) if (!this.#told.has(notice.id)) this.#write(notice);
    this.#told.clear();
  }

  beat(): void {
    this.#response.write(': still here\n\n');
    this.#cutIfSlow();
  }

  /** Resolves when the reader has taken what was written, or has gone. */
  drained(): Promise<void> {
    const response = this.#response;
    if (!response.writableNeedDrain || response.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      response.once('drain', resolve);
      response.once('close', resolve);
    });
  }

  #write(notice: NoticeRow): void {
    if (this.#type !== null && notice.type !== this.#type) return;
    const id = `${notice.at}-${notice.id}`;
    this.#response.write(`id: ${id}\nevent: ${notice.type}\ndata: ${bodyOf(notice)}\n\n`);
    this.#cutIfSlow();
  }

  #cutIfSlow(): void {
    if (this.#response.writableLength > BACKLOG_BYTES_MAX) this.#response.destroy();
  }
}

function cursorOf(text: string): Cursor | undefined {
  const [, at, id] = /^(\d{1,15})-(\S{1,200})$/.exec(text) ?? [];
  return at === undefined || id === undefined ? undefined : { at: Number(at) as Instant, id };
}
