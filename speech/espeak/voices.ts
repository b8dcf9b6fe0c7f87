import { languageOf } from '../../flows/languages.ts';
import type { Gender } from '../speech.ts';

/** Where eSpeak NG has another name for a language, or a voice of its own for a region. */
const REGIONS: readonly (readonly [RegExp, string])[] = [
  [/^en-(us|ca|ph)\b/, 'en-us'],
  [/^en-(gb-)?(sct|scotland)\b/, 'en-gb-scotland'],
  [/^en\b/, 'en-gb'],
  [/^es-(419|ar|bo|cl|co|cr|cu|do|ec|gt|hn|mx|ni|pa|pe|pr|py|sv|us|uy|ve)\b/, 'es-419'],
  [/^fr-be\b/, 'fr-be'],
  [/^fr-ch\b/, 'fr-ch'],
  [/^fr\b/, 'fr-fr'],
  [/^pt-br\b/, 'pt-br'],
];

/** Variants of its voices that sound like a woman and like a man; its own voice is in between. */
const VARIANTS: Readonly<Record<Gender, string>> = { female: '+f3', male: '+m3', neutral: '' };

/** The name of its voice for a language; null for a language that we do not know at all. */
export function voiceOf(tag: string): string | null {
  const lower = tag.toLowerCase();
  return REGIONS.find(([pattern]) => pattern.test(lower))?.[1] ?? languageOf(lower);
}

export function variantOf(gender: Gender): string {
  return VARIANTS[gender];
}
