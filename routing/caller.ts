import { isE164 } from '../kernel/address.ts';

/** Who calls, as far as the call says. */
export type Caller =
  | { readonly form: 'tel' | 'sip'; readonly target: string }
  | { readonly form: 'anonymous'; readonly target: 'anonymous' };

export const ANONYMOUS: Caller = { form: 'anonymous', target: 'anonymous' };

/** What networks write where a caller's number is withheld (RFC 3323 §4.1.1.3, and by custom). */
const WITHHELD = /^(sips?:)?(anonymous|restricted|private|unavailable|unknown)(@.*)?$/i;
/** RFC 3261 §19.1.1, without what a caller could hide in: passwords, parameters, headers. */
const SIP = /^sips?:(?:[^\s@:;?<>"]{1,64}@)?[A-Za-z0-9.-]{1,128}(?::\d{1,5})?$/;

/** Reads who calls; null where the text is neither a number, a SIP URI nor a withheld number. */
export function callerOf(from: string): Caller | null {
  if (from === '' || WITHHELD.test(from)) return ANONYMOUS;
  if (isE164(from)) return { form: 'tel', target: from };
  return SIP.test(from) ? { form: 'sip', target: from } : null;
}

/** Whom a customer wants to hear from, and whom not: see matches for patterns. */
export interface Rule {
  readonly action: 'allow' | 'block';
  readonly pattern: string;
}

/** What a rule can name, for the contract: a check of form, since a pattern may fit nobody. */
export const PATTERN = new RegExp(
  '^(\\*|anonymous|\\+[1-9][0-9]{0,14}\\*?|' +
    'sips?:([^\\s@:;?<>"*]{1,64}|\\*)@[A-Za-z0-9.-]{1,128}(:[0-9]{1,5})?)$',
);

const EXACT = 1_000;
const DOMAIN = 500;

/**
 * How exactly a pattern fits a caller: null not at all, 0 as everybody, more by every character of
 * a beginning, most where it names the caller. SIP hosts are compared without case (RFC 3261
 * §19.1.4).
 */
export function fit(pattern: string, { form, target }: Caller): number | null {
  if (pattern === '*') return 0;
  if (form === 'anonymous') return pattern === 'anonymous' ? EXACT : null;
  if (form === 'sip') return sipFit(pattern, target);
  if (pattern === target) return EXACT;
  const start = pattern.slice(0, -1);
  return pattern.endsWith('*') && target.startsWith(start) ? start.length : null;
}

function sipFit(pattern: string, target: string): number | null {
  const [wanted, given] = [parted(pattern), parted(target)];
  if (wanted.scheme === '' || wanted.host !== given.host || wanted.scheme !== given.scheme)
    return null;
  if (wanted.user === '*') return DOMAIN;
  return wanted.user === given.user ? EXACT : null;
}

function parted(uri: string): { scheme: string; user: string; host: string } {
  const [, scheme = '', user = '', host = ''] = /^(sips?):(?:(.*)@)?(.*)$/.exec(uri) ?? [];
  return { scheme, user, host: host.toLowerCase() };
}

/** The rule that decides about a caller: the one that fits most exactly, a block before others. */
export function ruleFor<Kind extends Rule>(rules: readonly Kind[], caller: Caller): Kind | null {
  let best: { readonly rule: Kind; readonly exactness: number } | null = null;
  for (const rule of rules) {
    const exactness = fit(rule.pattern, caller);
    if (exactness === null) continue;
    const closer = best === null || exactness > best.exactness;
    const stricter = best !== null && exactness === best.exactness && rule.action === 'block';
    if (closer || stricter) best = { rule, exactness };
  }
  return best?.rule ?? null;
}
