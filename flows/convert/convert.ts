import { type Draft, noted } from './draft.ts';
import { nccoDraft } from './ncco.ts';
import { twimlDraft } from './twiml.ts';
import { readXml } from './xml.ts';

/** Converts a TwiML document. What cannot be read comes to nothing but a note that says why. */
export function fromTwiml(text: string): Draft {
  const read = readXml(text);
  if (!read.ok) return noted('no_equal', `line ${read.line}`, `cannot be read: ${read.message}`);
  const { name, line } = read.root;
  if (name !== 'Response') return noted('no_equal', `line ${line}`, 'the root is not <Response>');
  return twimlDraft(read.root);
}

/** Converts a Nexmo Call Control Object. */
export function fromNcco(ncco: readonly unknown[]): Draft {
  return nccoDraft(ncco);
}
