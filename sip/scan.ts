/** Names and values behind semicolons or in a query. Names are in lower case; null: no value. */
export type Params = ReadonlyMap<string, string | null>;
export const NO_PARAMS: Params = new Map();

const TOKEN = /^[\w!%*+'`~.-]+$/;

/** A token (RFC 3261 §25.1): a method, a header name, the name of a parameter. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Splits at a separator that stands outside quotes and angle brackets; parts are trimmed. */
export function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  let angled = false;
  for (let place = 0; place < text.length; place += 1) {
    const character = text[place];
    if (quoted) {
      if (character === '\\') place += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '<') angled = true;
    else if (character === '>') angled = false;
    else if (character === separator && !angled) {
      parts.push(text.slice(from, place).trim());
      from = place + 1;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}

/** Parameters as they stand between semicolons; null when one has no proper name. */
export function paramsOf(parts: readonly string[]): Params | null {
  if (parts.length === 0) return NO_PARAMS;
  const params = new Map<string, string | null>();
  for (const part of parts) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (!isToken(name)) return null;
    params.set(name, equals < 0 ? null : part.slice(equals + 1).trim());
  }
  return params;
}

export function paramsText(params: Params): string {
  let text = '';
  for (const [name, value] of params) text += value === null ? `;${name}` : `;${name}=${value}`;
  return text;
}

/** What a quoted string says; any other text says itself. Null when a quote is left open. */
export function unquoted(text: string): string | null {
  if (!text.startsWith('"')) return text;
  let said = '';
  for (let place = 1; place < text.length; place += 1) {
    const character = text[place];
    if (character === '"') return place === text.length - 1 ? said : null;
    if (character === '\\') place += 1;
    said += text[place] ?? '';
  }
  return null;
}

/** A quoted string that says the text (RFC 3261 §25.1); what would break the line is left out. */
export function quoted(text: string): string {
  return `"${text.replace(/[\0-\x1f\x7f]/g, '').replace(/["\\]/g, '\\$&')}"`;
}

/** A whole number written with digits alone and not above `most`; null for anything else. */
export function wholeNumber(text: string, most: number): number | null {
  if (!/^\d{1,10}$/.test(text)) return null;
  const number = Number(text);
  return number <= most ? number : null;
}
