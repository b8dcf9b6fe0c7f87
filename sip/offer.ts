import { EVENTS, type Format, type Media, type MediaDirection, type Session } from './sdp.ts';

/** What our side can do, and where it listens. */
export interface OurMedia {
  readonly address: string;
  readonly port: number;
  /** Names the session; the version grows with every change of what is said (RFC 3264 §8). */
  readonly session_id: string;
  readonly version: number;
  /** Codings we speak, the best first, e.g. PCMU; names in upper case. */
  readonly encodings: readonly string[];
  readonly direction: MediaDirection;
  readonly ptime_ms: number;
}

/** What both sides have agreed on for the one stream of sound. */
export interface Agreed {
  readonly format: Format;
  /** Keys as packets; null when the other side does not take them. */
  readonly events: Format | null;
  /** Where their side listens. */
  readonly address: string;
  readonly port: number;
  /** What our side may do. */
  readonly direction: MediaDirection;
  readonly ptime_ms: number | null;
}

const NUMBERS: Readonly<Record<string, number>> = { PCMU: 0, PCMA: 8, G722: 9 };
const DYNAMIC_FIRST = 96;
const EVENTS_PAYLOAD = 101;
const CLOCK_HZ = 8_000;

/** The offer that begins a session (RFC 3264 §5). */
export function offerOf(ours: OurMedia): Session {
  const formats = ours.encodings.map((encoding, place): Format => {
    const payload = NUMBERS[encoding] ?? DYNAMIC_FIRST + place;
    return { payload, encoding, clock_hz: CLOCK_HZ, channels: 1, fmtp: null };
  });
  return sessionWith(ours, [soundOf(ours, [...formats, eventsAt(EVENTS_PAYLOAD)])]);
}

function eventsAt(payload: number): Format {
  return { payload, encoding: EVENTS, clock_hz: CLOCK_HZ, channels: 1, fmtp: '0-16' };
}

/** Answers an offer (RFC 3264 §6); null when no stream of it is sound we speak: 488. */
export function answerOffer(
  offer: Session,
  ours: OurMedia,
): { readonly session: Session; readonly agreed: Agreed } | null {
  const place = offer.media.findIndex((each) => agree(offer, each, ours) !== null);
  const wanted = offer.media[place];
  const agreed = wanted === undefined ? null : agree(offer, wanted, ours);
  if (wanted === undefined || agreed === null) return null;
  const formats = [agreed.format, ...(agreed.events === null ? [] : [agreed.events])];
  const said = { ...soundOf({ ...ours, direction: agreed.direction }, formats) };
  const media = offer.media.map((each, at): Media => (at === place ? said : refusedOf(each)));
  return { session: sessionWith(ours, media), agreed };
}

/** What an answer to our offer settles; null when it takes nothing of it. */
export function agreedBy(answer: Session, ours: OurMedia): Agreed | null {
  const [sound] = answer.media;
  return sound === undefined ? null : agree(answer, sound, ours);
}

function agree(session: Session, theirs: Media, ours: OurMedia): Agreed | null {
  const address = theirs.address ?? session.address;
  const format = theirs.formats.find(({ encoding }) => ours.encodings.includes(encoding));
  const is_sound = theirs.kind === 'audio' && theirs.protocol === 'RTP/AVP' && theirs.port > 0;
  if (!is_sound || format === undefined || address === null) return null;
  const events = theirs.formats.find(
    ({ encoding, clock_hz }) => encoding === EVENTS && clock_hz === format.clock_hz,
  );
  const direction = meet(ours.direction, heldBy(theirs, address));
  const { port, ptime_ms } = theirs;
  return { format, events: events ?? null, address, port, direction, ptime_ms };
}

/** An address of zeros is the old way to say that nobody listens (RFC 2543, RFC 3264 §8.4). */
function heldBy({ direction }: Media, address: string): MediaDirection {
  if (address !== '0.0.0.0') return direction;
  return direction === 'sendrecv' || direction === 'sendonly' ? 'sendonly' : 'inactive';
}

/** What our side may do when it wishes the one and the other side says the other. */
function meet(ours: MediaDirection, theirs: MediaDirection): MediaDirection {
  const sends = sending(ours) && (theirs === 'sendrecv' || theirs === 'recvonly');
  const hears = (ours === 'sendrecv' || ours === 'recvonly') && sending(theirs);
  if (sends) return hears ? 'sendrecv' : 'sendonly';
  return hears ? 'recvonly' : 'inactive';
}

function sending(direction: MediaDirection): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

function soundOf({ port, direction, ptime_ms }: OurMedia, formats: readonly Format[]): Media {
  return {
    kind: 'audio',
    port,
    protocol: 'RTP/AVP',
    address: null,
    formats,
    format_text: '',
    direction,
    ptime_ms,
    srtp_keys: [],
  };
}

/** A stream we do not take keeps its place, with no port (RFC 3264 §6). */
function refusedOf(media: Media): Media {
  return { ...media, port: 0, formats: [], address: null };
}

function sessionWith(ours: OurMedia, media: readonly Media[]): Session {
  const { address, session_id, version } = ours;
  return { origin: { id: session_id, version: String(version), address }, address, media };
}
