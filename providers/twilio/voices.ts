/** Voices by language: a woman's, a man's. Amazon Polly's, which Twilio speaks with. */
const VOICES: Readonly<Record<string, readonly [string, string]>> = {
  'da-DK': ['Naja', 'Mads'],
  'de-DE': ['Vicki', 'Hans'],
  'en-AU': ['Nicole', 'Russell'],
  'en-GB': ['Amy', 'Brian'],
  'en-IN': ['Raveena', 'Raveena'],
  'en-US': ['Joanna', 'Matthew'],
  'es-ES': ['Conchita', 'Enrique'],
  'es-MX': ['Mia', 'Mia'],
  'es-US': ['Penelope', 'Miguel'],
  'fr-CA': ['Chantal', 'Chantal'],
  'fr-FR': ['Celine', 'Mathieu'],
  'hi-IN': ['Aditi', 'Aditi'],
  'is-IS': ['Dora', 'Karl'],
  'it-IT': ['Carla', 'Giorgio'],
  'ja-JP': ['Mizuki', 'Takumi'],
  'ko-KR': ['Seoyeon', 'Seoyeon'],
  'nb-NO': ['Liv', 'Liv'],
  'nl-NL': ['Lotte', 'Ruben'],
  'pl-PL': ['Ewa', 'Jacek'],
  'pt-BR': ['Vitoria', 'Ricardo'],
  'pt-PT': ['Ines', 'Cristiano'],
  'ro-RO': ['Carmen', 'Carmen'],
  'ru-RU': ['Tatyana', 'Maxim'],
  'sv-SE': ['Astrid', 'Astrid'],
  'tr-TR': ['Filiz', 'Filiz'],
};

/** A voice, and the language it is told to speak. */
export interface Voice {
  readonly language: string;
  /** Null where we know no voice by name: Twilio then takes its own for the language. */
  readonly voice: string | null;
}

/** The voice for a language (BCP 47) and gender. A neutral voice is the woman's. */
export function voiceOf(language: string, gender: string): Voice {
  const known = languageOf(language);
  const pair = known === null ? undefined : VOICES[known];
  if (known === null || pair === undefined) return { language, voice: null };
  return { language: known, voice: `Polly.${gender === 'male' ? pair[1] : pair[0]}` };
}

/** The language as the table writes it: `en-us` and plain `en` are English of the United States. */
function languageOf(language: string): string | null {
  const [tongue = '', region = ''] = language.toLowerCase().replace('_', '-').split('-');
  const exact = `${tongue}-${region.toUpperCase()}`;
  if (Object.hasOwn(VOICES, exact)) return exact;
  if (region !== '') return null;
  const home = HOMES[tongue] ?? `${tongue}-${tongue.toUpperCase()}`;
  return Object.hasOwn(VOICES, home) ? home : null;
}

/** Languages whose name is not that of their country. */
const HOMES: Readonly<Record<string, string>> = {
  da: 'da-DK',
  en: 'en-US',
  hi: 'hi-IN',
  ja: 'ja-JP',
  ko: 'ko-KR',
  nb: 'nb-NO',
  pt: 'pt-BR',
  sv: 'sv-SE',
};
