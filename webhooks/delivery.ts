/** One request to a customer's server. Headers are final; the body is exactly what was signed. */
export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/**
 * answered: any HTTP status, body cut at the limit · failed: no complete answer (refused, reset,
 * timed out, too slow) · blocked: the address is not one we send to; no socket was opened.
 */
export type SendResult =
  | {
      readonly result: 'answered';
      readonly status_code: number;
      readonly body: string;
      readonly retry_after_ms: number | null;
      readonly duration_ms: number;
    }
  | { readonly result: 'failed'; readonly error: string; readonly duration_ms: number }
  | { readonly result: 'blocked'; readonly error: string };

/** The door to customers' servers: webhooks and flow requests leave through it, guarded alike. */
export interface Sender {
  /** Never throws; never follows a redirect; ends within the configured timeout. */
  send(request: Outgoing): Promise<SendResult>;
  /** Why a URL may never be sent to (scheme, credentials, address, port); null when it may. */
  refusal(url: string): string | null;
  close(): Promise<void>;
}
