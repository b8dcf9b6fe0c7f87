import { NO_PARAMS, type Params, paramsOf, paramsText, quoted, splitOutside } from './scan.ts';
import { unquoted } from './scan.ts';
import { type Uri, uriOf, uriText } from './uri.ts';

/** Who or where, as From, To, Contact, Route and the like say it (RFC 3261 §20.10). */
export interface NameAddr {
  readonly display: string;
  readonly uri: Uri;
  /** Parameters of the header, not of the URI. */
  readonly params: Params;
}

/** With or without angle brackets; null when it is neither. */
export function nameAddrOf(text: string): NameAddr | null {
  const [head = '', ...parts] = splitOutside(text, ';');
  const params = paramsOf(parts);
  const open = openingOf(head);
  if (params === null || open === null) return null;
  if (open < 0) return bare(head, params);
  const close = head.indexOf('>', open);
  const display = unquoted(head.slice(0, open).trim());
  const uri = close === head.length - 1 ? uriOf(head.slice(open + 1, close).trim()) : null;
  return display === null || uri === null ? null : { display, uri, params };
}

/** Where the angle bracket opens; negative: nowhere; null: a quote is left open. */
function openingOf(head: string): number | null {
  if (!head.startsWith('"')) return head.indexOf('<');
  for (let place = 1; place < head.length; place += 1) {
    if (head[place] === '\\') place += 1;
    else if (head[place] === '"') return head.indexOf('<', place);
  }
  return null;
}

/** Without brackets all parameters are the header's own (RFC 3261 §20.10). */
function bare(head: string, params: Params): NameAddr | null {
  const uri = /[,?]/.test(head) ? null : uriOf(head);
  return uri === null ? null : { display: '', uri, params };
}

export function nameAddrText({ display, uri, params }: NameAddr): string {
  const name = display === '' ? '' : `${quoted(display)} `;
  return `${name}<${uriText(uri)}>${paramsText(params)}`;
}

export function nameAddr(uri: Uri, display = '', params: Params = NO_PARAMS): NameAddr {
  return { display, uri, params };
}

/** The tag that makes a From or To one end of a dialog (RFC 3261 §19.3); null before there is. */
export function tagOf({ params }: NameAddr): string | null {
  return params.get('tag') ?? null;
}

export function withTag(address: NameAddr, tag: string): NameAddr {
  return { ...address, params: new Map([...address.params, ['tag', tag]]) };
}
