/**
 * Speech marked up (W3C SSML 1.1): read strictly, since half a sentence is worse than a refusal.
 * What tags mean is for whoever speaks; tags nobody knows are looked through.
 */
export interface SsmlElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly SsmlNode[];
}
export type SsmlNode = SsmlElement | string;

/** The document, or what is wrong with it: goes on where the name of the parameter ends. */
export type SsmlReading =
  | { readonly ok: true; readonly root: SsmlElement }
  | { readonly ok: false; readonly fault: string };

/** Deeper than this, or with more tags, nobody writes by hand or by program. */
const DEPTH_MAX = 32;
const TAGS_MAX = 1_000;

/** Whether a text means to be SSML. Anything else is spoken as it stands. */
export function isSsml(text: string): boolean {
  return /^\s*(<\?xml\b[^>]*>\s*)?<speak[\s/>]/.test(text);
}

/** How far a text has been read, and the first thing wrong with it. */
interface Reader {
  readonly text: string;
  at: number;
  tags: number;
  fault: string | null;
}

export function readSsml(text: string): SsmlReading {
  const reader: Reader = { text, at: 0, tags: 0, fault: null };
  take(reader, /\s*(<\?xml\b[^>]*\?>)?/y);
  readBetween(reader, '');
  const root = reader.text.startsWith('<speak', reader.at) ? readElement(reader, 1) : null;
  if (root?.tag !== 'speak') faulty(reader, 'must begin with <speak>');
  readBetween(reader, '');
  if (reader.at < text.length) faulty(reader, 'goes on behind </speak>');
  if (root === null || reader.fault !== null)
    return { ok: false, fault: `is not well-formed SSML: it ${reader.fault ?? 'is empty'}` };
  return { ok: true, root };
}

/** What is wrong with a text that means to be SSML; null for a good one, and for plain text. */
export function ssmlFault(text: string): string | null {
  const reading = isSsml(text) ? readSsml(text) : null;
  return reading === null || reading.ok ? null : reading.fault;
}

/** The text with what XML reads as markup escaped: for values that are filled into SSML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const NAME = /[A-Za-z_][\w.:-]*/y;
const NEXT = /<!--|<!\[CDATA\[|<\/|<|$/g;

function readElement(reader: Reader, depth: number): SsmlElement | null {
  reader.at += 1;
  const tag = take(reader, NAME);
  if (tag === null) return faulty(reader, 'has a < that begins no tag');
  reader.tags += 1;
  if (depth > DEPTH_MAX) return faulty(reader, `is more than ${DEPTH_MAX} tags deep`);
  if (reader.tags > TAGS_MAX) return faulty(reader, `has more than ${TAGS_MAX} tags`);
  const attributes = readAttributes(reader, tag);
  if (attributes === null) return null;
  if (take(reader, /\s*\/>/y) !== null) return { tag, attributes, children: [] };
  if (take(reader, /\s*>/y) === null) return faulty(reader, `does not end the tag <${tag}>`);
  const children = readChildren(reader, tag, depth);
  return children === null ? null : { tag, attributes, children };
}

function readAttributes(reader: Reader, tag: string): Record<string, string> | null {
  const attributes: Record<string, string> = {};
  for (;;) {
    const [, name, double, single] =
      match(reader, /\s+([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y) ?? [];
    if (name === undefined) return attributes;
    const value = unescaped(double ?? single ?? '');
    if (Object.hasOwn(attributes, name)) return faulty(reader, `has ${name} twice in <${tag}>`);
    if (value === null) return faulty(reader, `has an & that begins no entity in <${tag}>`);
    attributes[name] = value;
  }
}

/** What lies between a tag and its end, which is read too. */
function readChildren(reader: Reader, tag: string, depth: number): SsmlNode[] | null {
  const children: SsmlNode[] = [];
  for (;;) {
    const said = readBetween(reader, tag);
    if (said === null) return null;
    if (said !== '') children.push(said);
    if (reader.at >= reader.text.length) return faulty(reader, `does not close <${tag}>`);
    if (reader.text.startsWith('</', reader.at)) return readEnd(reader, tag) ? children : null;
    const child = readElement(reader, depth + 1);
    if (child === null) return null;
    children.push(child);
  }
}

function readEnd(reader: Reader, tag: string): boolean {
  const [, name] = match(reader, /<\/([\w.:-]*)\s*>/y) ?? [];
  if (name === tag) return true;
  faulty(reader, `has </${name ?? ''}> where </${tag}> should be`);
  return false;
}

/** Text up to the next tag; comments left out, CDATA as it stands. Outside <speak> none may be. */
function readBetween(reader: Reader, tag: string): string | null {
  let said = '';
  for (;;) {
    NEXT.lastIndex = reader.at;
    const next = NEXT.exec(reader.text);
    const until = next?.index ?? reader.text.length;
    const text = unescaped(reader.text.slice(reader.at, until));
    if (text === null) return faulty(reader, 'has an & that begins no entity');
    if (tag === '' && text.trim() !== '') return faulty(reader, 'has text outside <speak>');
    said += text;
    reader.at = until;
    const special = next?.[0] ?? '';
    if (special.length < 3) return said;
    const inside = readSpecial(reader, special);
    if (inside === null) return null;
    said += inside;
  }
}

function readSpecial(reader: Reader, opening: string): string | null {
  const is_comment = opening === '<!--';
  const closing = is_comment ? '-->' : ']]>';
  const end = reader.text.indexOf(closing, reader.at + opening.length);
  if (end < 0) return faulty(reader, `does not close ${opening}`);
  const inside = reader.text.slice(reader.at + opening.length, end);
  reader.at = end + closing.length;
  return is_comment ? '' : inside;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** Null where an & begins none of the entities there are: without a DTD XML has five. */
function unescaped(text: string): string | null {
  let is_fit = true;
  const plain = text.replace(
    /&(?:(#x[0-9a-f]{1,6}|#\d{1,7}|\w{1,8});)?/gi,
    (_all, name?: string) => {
      const sign = name === undefined ? undefined : signOf(name);
      is_fit &&= sign !== undefined;
      return sign ?? '';
    },
  );
  return is_fit ? plain : null;
}

function signOf(name: string): string | undefined {
  if (!name.startsWith('#')) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
  const hex = name[1] === 'x' || name[1] === 'X';
  const code = hex ? parseInt(name.slice(2), 16) : Number(name.slice(1));
  const is_sign = code > 8 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return is_sign ? String.fromCodePoint(code) : undefined;
}

function match(reader: Reader, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found !== null) reader.at += found[0].length;
  return found;
}

function take(reader: Reader, pattern: RegExp): string | null {
  return match(reader, pattern)?.[0] ?? null;
}

/** The first fault is the one that is told: what follows it is often its consequence. */
function faulty(reader: Reader, fault: string): null {
  reader.fault ??= `${fault} (at character ${reader.at + 1})`;
  return null;
}
