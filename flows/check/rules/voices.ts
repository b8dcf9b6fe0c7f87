import { about, isDynamic } from '../reading.ts';
import { reachedOf, type Rule } from '../subject.ts';

/** Some voice speaks every language, where it is known which they speak. */
export const voicesRule: Rule = (subject) => {
  const { languages } = subject.premises;
  if (languages === null) return [];
  return reachedOf(subject).flatMap((read) =>
    (read.outlook.languages ?? [])
      .filter(({ text }) => !isDynamic(text) && !isSpoken(text, languages))
      .map(({ pointer, text }) =>
        about(read, 'language_unspoken', {
          pointer: `/option${pointer}`,
          message: `is ${text}, which no voice speaks`,
          severity: 'warning',
        }),
      ),
  );
};

/** A voice for a language speaks all its kinds; one for a region that region's (RFC 4647 §3.4). */
function isSpoken(tag: string, languages: ReadonlySet<string>): boolean {
  const asked = tag.toLowerCase();
  return [...languages].some((each) => {
    const spoken = each.toLowerCase();
    return asked === spoken || asked.startsWith(`${spoken}-`) || spoken.startsWith(`${asked}-`);
  });
}
