import { type Params, paramsOf, paramsText, splitOutside } from './scan.ts';
import { hostPortOf } from './uri.ts';

/** One hop a message has taken (RFC 3261 §20.42). Host and transport as they came. */
export interface Via {
  readonly transport: string;
  readonly host: string;
  readonly port: number | null;
  readonly params: Params;
}

/** A branch that begins so is unique by RFC 3261 §8.1.1.7; any other is of RFC 2543. */
export const BRANCH_COOKIE = 'z9hG4bK';

const SENT = /^SIP\s*\/\s*2\.0\s*\/\s*([\w!%*+'`~.-]+)\s+(\S.*)$/i;

export function viaOf(text: string): Via | null {
  const [head = '', ...parts] = splitOutside(text, ';');
  const sent = SENT.exec(head);
  const place = hostPortOf((sent?.[2] ?? '').trim());
  const params = paramsOf(parts);
  if (sent === null || place === null || params === null) return null;
  return { transport: (sent[1] ?? '').toUpperCase(), ...place, params };
}

export function viaText({ transport, host, port, params }: Via): string {
  const where = port === null ? host : `${host}:${port}`;
  return `SIP/2.0/${transport} ${where}${paramsText(params)}`;
}

/** The name of the transaction the hop belongs to; null where it has none we may rely on. */
export function branchOf({ params }: Via): string | null {
  const branch = params.get('branch') ?? null;
  return branch?.startsWith(BRANCH_COOKIE) === true ? branch : null;
}
