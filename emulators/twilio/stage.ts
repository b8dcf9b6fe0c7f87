import type { Call, Document, Hook, World } from './state.ts';
import type { Element } from './twiml.ts';

/** What comes after a verb: the next one, another document, or the end of the call. */
export type Next =
  | { readonly go: 'on' }
  | { readonly go: 'to'; readonly document: Document }
  | { readonly go: 'end' };

export const ON: Next = { go: 'on' };
export const END: Next = { go: 'end' };

/** The call that performs a document, and what stops it. */
export interface Stage {
  readonly world: World;
  readonly call: Call;
  /** Fires when the call ends, or is told to do something else. */
  readonly stop: AbortSignal;
  /** The document's own URL, against which others are read; empty for TwiML handed over. */
  readonly base: string;
}

/** One verb of TwiML. Throws Interrupted when the call is told to do something else. */
export type Verb = (stage: Stage, element: Element) => Promise<Next>;

/** Picks up a call that came in; every other one is answered already. */
export function pickUp({ call }: Stage): void {
  call.line?.answer();
}

/** Lets the party hear something. */
export function hear({ call }: Stage, what: string, digits = ''): void {
  call.line?.hear(what, digits);
}

/** The document an attribute leads to; the one at hand where the attribute is left out. */
export function actionOf(
  stage: Stage,
  { attributes }: Element,
  report: { readonly tag: string; readonly params: Readonly<Record<string, string>> },
): Document {
  const url = urlIn(stage, attributes['action'] ?? stage.base);
  return { hook: { url, method: attributes['method'] ?? 'POST' }, twiml: null, ...report };
}

/** A URL as it stands in a document, made absolute. */
export function urlIn({ base }: Stage, url: string): string {
  return base === '' ? url : new URL(url, base).toString();
}

/** A report's address from a pair of attributes; null when there is none. */
export function hookIn(stage: Stage, element: Element, name: string): Hook | null {
  const url = element.attributes[name];
  if (url === undefined || url === '') return null;
  return { url: urlIn(stage, url), method: element.attributes[`${name}Method`] ?? 'POST' };
}

/** A whole number from an attribute. */
export function wholeIn(element: Element, name: string, preset: number): number {
  const value = Number(element.attributes[name] ?? preset);
  return Number.isInteger(value) && value >= 0 ? value : preset;
}
