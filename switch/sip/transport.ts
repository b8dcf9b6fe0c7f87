import type { Peer, Protocol } from './peer.ts';

/** Told of every message that comes in, whole; the bytes are the hearer's own. */
export type Hear = (bytes: Buffer, from: Peer) => void;

/** One way in and out. */
export interface Transport {
  readonly protocol: Protocol;
  readonly port: number;
  /** Rejects when the peer cannot be reached. */
  send(bytes: Buffer, to: Peer): Promise<void>;
  close(): Promise<void>;
}
