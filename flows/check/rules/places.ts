import { placesIn } from '../../variables.ts';
import { about } from '../reading.ts';
import { reachedOf, type Rule } from '../subject.ts';
import { textsOf } from '../texts.ts';

/** Every `${` begins the place of a variable. */
export const placesRule: Rule = (subject) =>
  reachedOf(subject).flatMap((read) =>
    textsOf(read)
      .filter(({ text }) => text.split('${').length - 1 > placesIn(text).length)
      .map(({ pointer }) =>
        about(read, 'place_malformed', {
          pointer: `/option${pointer}`,
          message: 'has a "${" that begins no variable: it is taken as it is written',
          severity: 'warning',
        }),
      ),
  );
