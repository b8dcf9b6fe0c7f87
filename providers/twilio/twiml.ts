import { legal } from '../texts.ts';

/** An element of TwiML: its name, its attributes, and text or elements in it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: string | readonly Element[];
}

type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** Makes an element. Attributes that are null are left out. */
export function element(
  name: string,
  attributes: Attributes = {},
  content: Element['content'] = '',
): Element {
  const kept = Object.entries(attributes).filter(([, value]) => value !== null);
  const texts = kept.map(([attribute, value]) => [attribute, String(value)]);
  return { name, attributes: Object.fromEntries(texts) as Record<string, string>, content };
}

/** A whole document. */
export function document(elements: readonly Element[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${rendered(element('Response', {}, elements))}`;
}

function rendered({ name, attributes, content }: Element): string {
  const head = Object.entries(attributes)
    .map(([attribute, value]) => ` ${attribute}="${escaped(value)}"`)
    .join('');
  const inner = typeof content === 'string' ? escaped(content) : content.map(rendered).join('');
  return inner === '' ? `<${name}${head}/>` : `<${name}${head}>${inner}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escaped(text: string): string {
  return legal(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
