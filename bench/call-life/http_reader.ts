const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;

/** One HTTP message. Bytes are kept as Latin-1 characters: cheap to cut, and exact for a MAC. */
export interface Message {
  readonly head: string;
  readonly body: string;
}

/**
 * Cuts a stream into HTTP/1.1 messages with a Content-Length. A framework on this side would cost
 * the machine more than what is measured.
 */
export function httpReader(found: (message: Message) => void): (data: Buffer) => void {
  let rest = '';
  return (data) => {
    rest += data.toString('latin1');
    for (;;) {
      const head_end = rest.indexOf(HEAD_END);
      if (head_end < 0) return;
      const head = rest.slice(0, head_end);
      if (CHUNKED.test(head)) throw new Error('chunked messages are not read here');
      const start = head_end + HEAD_END.length;
      const end = start + Number(LENGTH.exec(head)?.[1] ?? 0);
      if (rest.length < end) return;
      const body = rest.slice(start, end);
      rest = rest.slice(end);
      found({ head, body });
    }
  };
}

/** A header's value, '' when it is missing. */
export function headerOf(head: string, name: string): string {
  const start = head.toLowerCase().indexOf(`\r\n${name}:`);
  if (start < 0) return '';
  const value_at = start + name.length + 3;
  const end = head.indexOf('\r\n', value_at);
  return head.slice(value_at, end < 0 ? undefined : end).trim();
}
