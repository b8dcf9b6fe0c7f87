import type { Dispatcher } from 'undici';
import type { Instant } from '../../kernel/brand.ts';
import { retryAfterMs } from '../timetable.ts';
import type { SendResult } from '../delivery.ts';
import { BlockedAddress } from './lookup.ts';

type Controller = Dispatcher.DispatchController;
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** As much of an answer as is kept, in bytes. The rest is not read: the connection is cut. */
export const BODY_BYTES_MAX = 65_536;

/** One request under way. Settles once; whatever the connection still does then is ignored. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly started_ms = performance.now();
  readonly #settle: (result: SendResult) => void;
  #controller: Controller | null = null;
  #settled = false;
  #status_code = 0;
  #retry_after: string | undefined;
  #chunks: Buffer[] | null = null;
  #bytes = 0;

  constructor(settle: (result: SendResult) => void) {
    this.#settle = settle;
  }

  /** Ends it as failed, and with it the connection, at whatever stage it is. */
  cut(error: string): void {
    this.#end({ result: 'failed', error, duration_ms: this.#duration() });
    this.#controller?.abort(new Error(error));
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    // It may have been cut while it waited for a connection: then nothing is to be sent any more.
    if (this.#settled) controller.abort(new Error('cut before it began'));
  }

  onResponseStart(_controller: Controller, status_code: number, headers: Headers): void {
    // 1xx are not the answer yet (RFC 9110 §15.2).
    if (status_code < 200) return;
    this.#status_code = status_code;
    const asked = headers['retry-after'];
    this.#retry_after = typeof asked === 'string' ? asked : asked?.[0];
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#chunks ??= [];
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < BODY_BYTES_MAX) return;
    this.#answer();
    controller.abort(new Error('answer is longer than what is kept'));
  }

  onResponseEnd(): void {
    this.#answer();
  }

  onResponseError(_controller: Controller | null, error: Error): void {
    const cause = blockIn(error);
    if (cause !== null) this.#end({ result: 'blocked', error: cause.message });
    else this.#end({ result: 'failed', error: wordFor(error), duration_ms: this.#duration() });
  }

  #answer(): void {
    const now = Date.now() as Instant;
    this.#end({
      result: 'answered',
      status_code: this.#status_code,
      body: this.#chunks === null ? '' : textOf(this.#chunks),
      retry_after_ms: this.#retry_after === undefined ? null : retryAfterMs(this.#retry_after, now),
      duration_ms: this.#duration(),
    });
  }

  #end(result: SendResult): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#chunks = null;
    this.#settle(result);
  }

  #duration(): number {
    return Math.round(performance.now() - this.started_ms);
  }
}

function textOf(chunks: readonly Buffer[]): string {
  const bytes = chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks);
  return bytes.subarray(0, BODY_BYTES_MAX).toString('utf8');
}

/** With several addresses to try, Node gathers their errors in one. */
function blockIn(error: Error): BlockedAddress | null {
  return error instanceof BlockedAddress ? error : null;
}

/** A short word for the log of the endpoint's owner. Never holds a header or body of ours. */
function wordFor(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return code === null ? error.message.slice(0, 200) : `${code}: ${error.message.slice(0, 200)}`;
}
