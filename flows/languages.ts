/**
 * The languages that texts may be spoken in, by their primary subtag (BCP 47): what the two voice
 * services VoIPBIN speaks with offer. Whether one of them can be spoken depends on who speaks.
 */
export const LANGUAGES: Readonly<Record<string, string>> = {
  af: 'Afrikaans',
  am: 'Amharic',
  ar: 'Arabic',
  bg: 'Bulgarian',
  bn: 'Bengali',
  ca: 'Catalan',
  cmn: 'Chinese, Mandarin',
  cs: 'Czech',
  cy: 'Welsh',
  da: 'Danish',
  de: 'German',
  el: 'Greek',
  en: 'English',
  es: 'Spanish',
  et: 'Estonian',
  eu: 'Basque',
  fi: 'Finnish',
  fil: 'Filipino',
  fr: 'French',
  gl: 'Galician',
  gu: 'Gujarati',
  he: 'Hebrew',
  hi: 'Hindi',
  hr: 'Croatian',
  hu: 'Hungarian',
  id: 'Indonesian',
  is: 'Icelandic',
  it: 'Italian',
  ja: 'Japanese',
  kn: 'Kannada',
  ko: 'Korean',
  lt: 'Lithuanian',
  lv: 'Latvian',
  ml: 'Malayalam',
  mr: 'Marathi',
  ms: 'Malay',
  nb: 'Norwegian',
  nl: 'Dutch',
  pa: 'Punjabi',
  pl: 'Polish',
  pt: 'Portuguese',
  ro: 'Romanian',
  ru: 'Russian',
  sk: 'Slovak',
  sl: 'Slovenian',
  sr: 'Serbian',
  sv: 'Swedish',
  sw: 'Swahili',
  ta: 'Tamil',
  te: 'Telugu',
  th: 'Thai',
  tr: 'Turkish',
  uk: 'Ukrainian',
  ur: 'Urdu',
  vi: 'Vietnamese',
  yue: 'Chinese, Cantonese',
};

/** Other names of the same languages: macrolanguages, withdrawn codes (IANA subtag registry). */
const SAME: Readonly<Record<string, string>> = {
  arb: 'ar',
  in: 'id',
  iw: 'he',
  no: 'nb',
  tl: 'fil',
  zh: 'cmn',
};
/** Every name of a language, its own first: 'cmn' and 'zh'. */
export function namesOfLanguage(language: string): readonly string[] {
  return [language, ...Object.keys(SAME).filter((name) => SAME[name] === language)];
}

/** Where Chinese is Cantonese. */
const CANTONESE = /^zh-(hk|mo|yue)\b/;

/** The language of a tag such as "en-GB", as LANGUAGES names it; null for one it does not have. */
export function languageOf(tag: string): string | null {
  const lower = tag.toLowerCase();
  const primary = lower.split('-')[0] ?? '';
  const name = CANTONESE.test(lower)
    ? 'yue'
    : Object.hasOwn(SAME, primary)
      ? SAME[primary]
      : primary;
  return name !== undefined && Object.hasOwn(LANGUAGES, name) ? name : null;
}
