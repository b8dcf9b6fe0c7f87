import type { FlowId, RecordingId, RoomId, StreamId } from '../kernel/brand.ts';
import type { Line } from './media.ts';

/**
 * Records what is said and heard on the leg, one recording at a time. recording_started and
 * recording_finished tell of it. Limits of 0 are none.
 */
export interface RecordStart {
  readonly do: 'record_start';
  readonly recording_id: RecordingId;
  readonly format: 'wav';
  /** 2: what the party says and what it hears lie apart. */
  readonly channels: 1 | 2;
  readonly end_of_silence_s: number;
  readonly end_of_key: 'none' | 'any' | '*' | '#';
  readonly duration_s: number;
  /** Whether a tone tells the party that it begins. */
  readonly beep: boolean;
  /** What is run when its file is there; carriers need not know. */
  readonly on_end_flow_id: FlowId | null;
}

/** Streams the leg's sound to another host, from it, or both. One stream at a time. */
export interface StreamStart {
  readonly do: 'stream_start';
  readonly stream_id: StreamId;
  /** A host and port for RTP, a URL for WebSockets. */
  readonly host: string;
  readonly encapsulation: 'rtp' | 'audiosocket' | 'websocket';
  readonly transport: 'udp' | 'tcp' | 'websocket';
  readonly connection_type: 'client' | 'server';
  readonly format: string;
  /** in: the party is heard there · out: the party hears what comes from there. */
  readonly direction: 'both' | 'in' | 'out';
  /** Given to the other side as it stands, where the encapsulation can carry it. */
  readonly data: string;
}

/** An order to the media of one leg. `id` comes back in media_finished or media_failed. */
export type Instruction =
  | { readonly do: 'answer' }
  | {
      readonly do: 'say';
      readonly text: string;
      readonly language: string;
      readonly gender: string;
    }
  | { readonly do: 'play'; readonly urls: readonly string[] }
  | { readonly do: 'beep' }
  | {
      readonly do: 'send_digits';
      readonly digits: string;
      readonly duration_ms: number;
      readonly interval_ms: number;
    }
  | { readonly do: 'echo'; readonly duration_ms: number }
  /** Sends the leg's own media back packet by packet, as `echo` does with sound. */
  | { readonly do: 'stream_echo'; readonly duration_ms: number }
  /**
   * Finds out who has answered: party_detected tells it. Carriers that can look only from the
   * answer on were asked at the dial; what follows for the call is not the carrier's matter.
   */
  | { readonly do: 'detect'; readonly on_machine: 'hangup' | 'continue' }
  /** The line as it is to be, whole. */
  | { readonly do: 'line'; readonly line: Line }
  | RecordStart
  | { readonly do: 'record_stop'; readonly recording_id: RecordingId }
  | StreamStart
  | { readonly do: 'stream_stop'; readonly stream_id: StreamId }
  /** Stops whatever is being said, played or echoed; nothing more is told of it. */
  | { readonly do: 'stop' }
  | { readonly do: 'join'; readonly room_id: RoomId }
  | { readonly do: 'leave'; readonly room_id: RoomId };
