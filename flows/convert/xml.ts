import { SaxesParser } from 'saxes';

/** An element, with the text directly in it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
  /** Where it begins: 1, 2, 3 … */
  readonly line: number;
}

/** A document's root, or what is wrong with it and where. */
export type Document =
  | { readonly ok: true; readonly root: Element }
  | { readonly ok: false; readonly line: number; readonly message: string };

type Growing = { -readonly [Name in keyof Element]: Element[Name] } & { children: Growing[] };

const DEPTH_MAX = 20;
const ELEMENTS_MAX = 500;

/**
 * Reads XML: well-formed or not at all, without document types, and so without entities of its own
 * (XML 1.0 §2.8). Never throws.
 */
export function readXml(text: string): Document {
  const top = elementOf('', {}, 0);
  const open: Growing[] = [top];
  let count = 0;
  let wrong: { line: number; message: string } | null = null;
  const parser = new SaxesParser();
  const refuse = (message: string): void => {
    wrong ??= { line: parser.line, message };
  };
  parser.on('error', ({ message }) => refuse(message.replace(/^\d+:\d+: /, '')));
  parser.on('doctype', () => refuse('a document type is not taken'));
  parser.on('opentag', ({ name, attributes }) => {
    const element = elementOf(name, { ...attributes }, parser.line);
    count += 1;
    if (open.length > DEPTH_MAX || count > ELEMENTS_MAX) refuse('it is too deep or too long');
    else open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  const say = (more: string): void => {
    const last = open.at(-1);
    if (last !== undefined) last.text += more;
  };
  parser.on('text', say);
  parser.on('cdata', say);
  parser.write(text.trim()).close();
  const [root] = top.children;
  if (wrong !== null) return { ok: false, ...(wrong as { line: number; message: string }) };
  return root === undefined ? { ok: false, line: 1, message: 'it is empty' } : { ok: true, root };
}

function elementOf(name: string, attributes: Record<string, string>, line: number): Growing {
  return { name, attributes, children: [], text: '', line };
}
