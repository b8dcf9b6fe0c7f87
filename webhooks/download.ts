/** What came from a customer's server, or why nothing did: for people to read. */
export type Downloaded =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly why: string };

/** The door to customers' servers for what they hold for us, guarded as the one for webhooks is. */
export interface Downloads {
  /** Never throws; follows a few redirects; ends within the configured timeout. */
  fetch(url: string): Promise<Downloaded>;
  close(): Promise<void>;
}
