import { wholeNumber } from './scan.ts';

/** Who may send: seen from the one who wrote it (RFC 3264 §5.1). */
export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** One way to code sound: the number on the wire and what it stands for (RFC 3551, 8866 §6.6). */
export interface Format {
  readonly payload: number;
  /** Upper case: PCMU, PCMA, OPUS, TELEPHONE-EVENT … */
  readonly encoding: string;
  readonly clock_hz: number;
  readonly channels: number;
  readonly fmtp: string | null;
}

/** One m= line. */
export interface Media {
  readonly kind: string;
  /** 0: not wanted. */
  readonly port: number;
  readonly protocol: string;
  /** Where it is to be sent; null when the session's own line says it. */
  readonly address: string | null;
  readonly formats: readonly Format[];
  /** Formats as written: of media we do not speak they go back as they came (RFC 3264 §6). */
  readonly format_text: string;
  readonly direction: MediaDirection;
  /** Sound in one packet, in ms; null when it does not say. */
  readonly ptime_ms: number | null;
  /** `a=crypto` lines (RFC 4568), for SRTP. */
  readonly srtp_keys: readonly string[];
}

export interface Session {
  readonly origin: { readonly id: string; readonly version: string; readonly address: string };
  readonly address: string | null;
  readonly media: readonly Media[];
}

/** Formats that need no rtpmap (RFC 3551 table 4). */
const STATIC: Readonly<Record<number, readonly [string, number]>> = {
  0: ['PCMU', 8_000],
  3: ['GSM', 8_000],
  4: ['G723', 8_000],
  8: ['PCMA', 8_000],
  9: ['G722', 8_000],
  18: ['G729', 8_000],
};
/** Keys pressed, as packets of their own (RFC 4733 §2). */
export const EVENTS = 'TELEPHONE-EVENT';
const DIRECTIONS: readonly string[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];
const LINES_MAX = 500;
const PORT_MAX = 65_535;
const PAYLOAD_MAX = 127;

interface Line {
  readonly type: string;
  readonly value: string;
}

/** Reads a session description (RFC 8866); null when it is none. */
export function sessionOf(text: string): Session | null {
  const lines = linesOf(text);
  if (lines?.[0]?.type !== 'v' || lines[0].value !== '0') return null;
  const first = lines.findIndex(({ type }) => type === 'm');
  const head = first < 0 ? lines : lines.slice(0, first);
  const origin = originOf(head);
  if (origin === null) return null;
  const fallback = directionIn(head) ?? 'sendrecv';
  const media = sectionsOf(first < 0 ? [] : lines.slice(first)).map((section) =>
    mediaOf(section, fallback),
  );
  if (media.includes(null)) return null;
  return { origin, address: addressIn(head), media: media as Media[] };
}

function linesOf(text: string): Line[] | null {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (lines.length > LINES_MAX || lines.some((line) => line[1] !== '=')) return null;
  return lines.map((line) => ({ type: line[0] ?? '', value: line.slice(2).trim() }));
}

function originOf(lines: readonly Line[]): Session['origin'] | null {
  const parts = lines.find(({ type }) => type === 'o')?.value.split(/\s+/) ?? [];
  const [, id = '', version = '', , , address = ''] = parts;
  return parts.length === 6 ? { id, version, address } : null;
}

function addressIn(lines: readonly Line[]): string | null {
  const [, , address] = lines.find(({ type }) => type === 'c')?.value.split(/\s+/) ?? [];
  return address?.split('/')[0] ?? null;
}

function sectionsOf(lines: readonly Line[]): Line[][] {
  const sections: Line[][] = [];
  for (const line of lines)
    if (line.type === 'm') sections.push([line]);
    else sections.at(-1)?.push(line);
  return sections;
}

function mediaOf(section: readonly Line[], fallback: MediaDirection): Media | null {
  const [kind = '', where = '', protocol = '', ...written] = section[0]?.value.split(/\s+/) ?? [];
  const port = wholeNumber(where.split('/')[0] ?? '', PORT_MAX);
  if (port === null || protocol === '' || written.length === 0) return null;
  const is_rtp = protocol.includes('RTP/');
  return {
    kind,
    port,
    protocol,
    address: addressIn(section),
    formats: is_rtp ? formatsOf(written, section) : [],
    format_text: written.join(' '),
    direction: directionIn(section) ?? fallback,
    ptime_ms: wholeNumber(attributes(section, 'ptime')[0] ?? '', 1_000),
    srtp_keys: attributes(section, 'crypto'),
  };
}

function formatsOf(written: readonly string[], section: readonly Line[]): Format[] {
  const maps = numbered(attributes(section, 'rtpmap'));
  const parameters = numbered(attributes(section, 'fmtp'));
  return written.flatMap((text) => {
    const payload = wholeNumber(text, PAYLOAD_MAX);
    const [encoding = '', clock = '', channels = '1'] = maps.get(text)?.split('/') ?? [];
    const known = payload === null ? undefined : STATIC[payload];
    const clock_hz = wholeNumber(clock, 1_000_000) ?? known?.[1] ?? null;
    if (payload === null || clock_hz === null) return [];
    const name = encoding === '' ? (known?.[0] ?? '') : encoding.toUpperCase();
    const fmtp = parameters.get(text) ?? null;
    return [{ payload, encoding: name, clock_hz, channels: Number(channels) || 1, fmtp }];
  });
}

function attributes(lines: readonly Line[], name: string): string[] {
  return lines.flatMap(({ type, value }) =>
    type === 'a' && value.startsWith(`${name}:`) ? [value.slice(name.length + 1).trim()] : [],
  );
}

function numbered(values: readonly string[]): Map<string, string> {
  return new Map(
    values.map((value) => {
      const blank = value.search(/\s/);
      return blank < 0 ? [value, ''] : [value.slice(0, blank), value.slice(blank).trim()];
    }),
  );
}

function directionIn(lines: readonly Line[]): MediaDirection | null {
  const found = lines.findLast(({ type, value }) => type === 'a' && DIRECTIONS.includes(value));
  // Only the four words pass.
  return (found?.value ?? null) as MediaDirection | null;
}

/** A session description as text. */
export function sessionText({ origin, address, media }: Session): string {
  const lines = ['v=0', `o=- ${origin.id} ${origin.version} IN ${familyOf(origin.address)}`, 's=-'];
  if (address !== null) lines.push(`c=IN ${familyOf(address)}`);
  lines.push('t=0 0');
  for (const each of media) lines.push(...mediaLines(each));
  return `${lines.join('\r\n')}\r\n`;
}

function familyOf(address: string): string {
  return `${address.includes(':') ? 'IP6' : 'IP4'} ${address}`;
}

function mediaLines(media: Media): string[] {
  const { kind, port, protocol, address, formats, direction, ptime_ms, srtp_keys } = media;
  const written = formats.length === 0 ? media.format_text : formats.map(numberOf).join(' ');
  const lines = [`m=${kind} ${port} ${protocol} ${written}`];
  if (port === 0) return lines;
  if (address !== null) lines.push(`c=IN ${familyOf(address)}`);
  for (const { payload, encoding, clock_hz, channels, fmtp } of formats) {
    const more = channels === 1 ? '' : `/${channels}`;
    const name = encoding === EVENTS ? EVENTS.toLowerCase() : encoding;
    lines.push(`a=rtpmap:${payload} ${name}/${clock_hz}${more}`);
    if (fmtp !== null) lines.push(`a=fmtp:${payload} ${fmtp}`);
  }
  if (ptime_ms !== null) lines.push(`a=ptime:${ptime_ms}`);
  for (const line of srtp_keys) lines.push(`a=crypto:${line}`);
  return [...lines, `a=${direction}`];
}

function numberOf({ payload }: Format): number {
  return payload;
}
