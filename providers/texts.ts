/**
 * A text as XML 1.0 §2.2 allows it: without control characters, halves of surrogate pairs and
 * non-characters. One of them would make a carrier refuse the whole document.
 */
export function legal(text: string): string {
  return text.toWellFormed().replace(ILLEGAL, ' ');
}

const ILLEGAL = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** A text in parts of at most `most` characters, broken at sentences or words where that can be. */
export function partsOf(text: string, most: number): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > most) {
    const head = rest.slice(0, most);
    const sentence = Math.max(...['. ', '! ', '? ', '\n'].map((end) => head.lastIndexOf(end)));
    const at = sentence > most / 2 ? sentence + 1 : breakIn(head);
    parts.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return [...parts, rest].filter((part) => part !== '');
}

/** Where to break a text without a sentence's end: at a space, else before a half character. */
function breakIn(head: string): number {
  const space = head.lastIndexOf(' ');
  if (space > head.length / 2) return space;
  const last = head.charCodeAt(head.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? head.length - 1 : head.length;
}
