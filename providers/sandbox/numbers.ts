import type { RefusalCode } from '../../kernel/refusal.ts';

/** Who picks up: for detectors of answering machines, and for people who read the log. */
export type Party = 'human' | 'voicemail' | 'fax' | 'silence';

/** What a number does where no script says otherwise (DESIGN §6). */
export interface NumberStory {
  readonly party: Party;
  /** A final SIP code of 300 or more that ends the leg unanswered; null where it is answered. */
  readonly final_code: number | null;
  readonly rings_for_ever: boolean;
  /** How long the called party stays; null until it is hung up on. */
  readonly talk_ms: number | null;
  /** Whether the network, not the party, breaks the talk off. */
  readonly dropped: boolean;
}

const ANSWERS: NumberStory = {
  party: 'human',
  final_code: null,
  rings_for_ever: false,
  talk_ms: null,
  dropped: false,
};

const FICTIONAL = /^\+1[2-9]\d\d55501(\d\d)$/;
const SERVICE = /^\+15005550(\d{3})$/;

const FICTIONAL_STORIES: Readonly<Record<string, Partial<NumberStory>>> = {
  50: { party: 'voicemail', talk_ms: 30_000 },
  51: { party: 'fax', talk_ms: 20_000 },
  52: { party: 'silence' },
  53: { talk_ms: 5_000 },
  54: { talk_ms: 3_000, dropped: true },
};

/** Numbers for fiction that can be had: those with a story of their own stay what they are. */
export function isForSale(number: string): boolean {
  const line = FICTIONAL.exec(number)?.[1];
  return line !== undefined && !Object.hasOwn(FICTIONAL_STORIES, line);
}

/** The numbers for sale of an area, in order; there are 95 in each. */
export function numbersOf(area: number): string[] {
  const all = Array.from({ length: 100 }, (_each, line) => {
    return `+1${area}55501${String(line).padStart(2, '0')}`;
  });
  return all.filter(isForSale);
}

/** Areas of the North American plan: 201 to 989, without those that end in 11. */
export const AREAS: readonly number[] = Array.from({ length: 789 }, (_each, n) => 201 + n).filter(
  (area) => area % 100 !== 11,
);

const REFUSED: Readonly<Record<string, RefusalCode>> = {
  '+15005550001': 'number_invalid',
  '+15005550002': 'number_not_routable',
  '+15005550003': 'country_not_enabled',
  '+15005550004': 'number_blocked',
};

/** The test numbers that no carrier is ever asked for; null for every other number. */
export function refusedAtCreation(number: string): RefusalCode | null {
  return Object.hasOwn(REFUSED, number) ? (REFUSED[number] ?? null) : null;
}

/** What happens when this number is called. Every number that is not in the table answers. */
export function storyOf(number: string): NumberStory {
  const service = SERVICE.exec(number)?.[1];
  if (service === '183') return { ...ANSWERS, rings_for_ever: true };
  const code = Number(service ?? '0');
  if (code >= 300 && code <= 699) return { ...ANSWERS, final_code: code };
  const fictional = FICTIONAL.exec(number)?.[1] ?? '';
  return { ...ANSWERS, ...FICTIONAL_STORIES[fictional] };
}
