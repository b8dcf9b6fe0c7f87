/** Ways to carry SIP (RFC 3261 §18, RFC 7118). */
export type Protocol = 'UDP' | 'TCP' | 'TLS' | 'WS' | 'WSS';

/** Where a message came from or goes to. */
export interface Peer {
  readonly protocol: Protocol;
  /** An IP address, without brackets. */
  readonly address: string;
  readonly port: number;
  /** The connection it came over, to be used again while it stands (RFC 5626); null: none. */
  readonly connection: string | null;
}

export function isReliable({ protocol }: Peer): boolean {
  return protocol !== 'UDP';
}

/** What the layer above sends through. Rejects when the peer cannot be reached. */
export interface Outlet {
  send(bytes: Buffer, to: Peer): Promise<void>;
  /** What we call ourselves towards this peer: the sent-by of a Via. */
  nameFor(to: Peer): { readonly host: string; readonly port: number };
}
