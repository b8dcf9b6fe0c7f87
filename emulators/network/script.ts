/** Who picks up, for detectors of answering machines. */
export type Party = 'human' | 'machine' | 'fax' | 'silence';

/** What the far end of a line does by itself. Times in ms. */
export interface Script {
  /** From the dial to the ringing; null: no ringing is signalled. */
  readonly ringing_ms: number | null;
  /** From the dial to the answer; null: it is not answered. */
  readonly answer_ms: number | null;
  /** Where it is not answered: the final SIP code, and when; null: it rings for ever. */
  readonly code: number;
  readonly turned_down_ms: number | null;
  /** How long the party stays after the answer; null until it is hung up on. */
  readonly talk_ms: number | null;
  /** Whether the network, not the party, breaks the talk off. */
  readonly dropped: boolean;
  /** Keys the party presses after the answer; `w` and `W` are pauses of 0.5 and 1 second. */
  readonly digits: string;
  readonly party: Party;
}

const PDD_MS = 100;
const RINGING_MS = 2_000;

const ANSWERS: Script = {
  ringing_ms: PDD_MS,
  answer_ms: PDD_MS + RINGING_MS,
  code: 487,
  turned_down_ms: null,
  talk_ms: null,
  dropped: false,
  digits: '',
  party: 'human',
};

const FICTIONAL = /^1[2-9]\d\d55501(\d\d)$/;
const SERVICE = /^15005550(\d{3})$/;

const FICTIONAL_SCRIPTS: Readonly<Record<string, Partial<Script>>> = {
  50: { party: 'machine', talk_ms: 30_000 },
  51: { party: 'fax', talk_ms: 20_000 },
  52: { party: 'silence' },
  53: { talk_ms: 5_000 },
  54: { talk_ms: 3_000, dropped: true },
};

/** What a number does where no script says otherwise: the sandbox's table (docs/sandbox.md). */
export function scriptOf(address: string): Script {
  const number = address.replace(/^\+/, '');
  const service = SERVICE.exec(number)?.[1];
  if (service === '183') return { ...ANSWERS, answer_ms: null };
  const code = Number(service ?? '0');
  if (code >= 300 && code <= 699)
    return { ...ANSWERS, ringing_ms: null, answer_ms: null, code, turned_down_ms: PDD_MS };
  return { ...ANSWERS, ...FICTIONAL_SCRIPTS[FICTIONAL.exec(number)?.[1] ?? ''] };
}

/** A script with changes. A final code alone means that it rings and is then turned down. */
export function changed(script: Script, change: Partial<Script>): Script {
  const { code, answer_ms } = change;
  if (code === undefined || answer_ms !== undefined) return { ...script, ...change };
  const turned_down_ms = (change.ringing_ms ?? script.ringing_ms ?? PDD_MS) + RINGING_MS;
  return { ...script, answer_ms: null, turned_down_ms, ...change };
}

const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  ringing_ms: isSpan,
  answer_ms: isSpan,
  code: (value) => Number.isInteger(value) && Number(value) >= 300 && Number(value) <= 699,
  turned_down_ms: isSpan,
  talk_ms: isSpan,
  dropped: (value) => typeof value === 'boolean',
  digits: (value) => typeof value === 'string' && /^[0-9*#A-DwW]{0,200}$/.test(value),
  party: (value) => ['human', 'machine', 'fax', 'silence'].includes(String(value)),
};

function isSpan(value: unknown): boolean {
  return value === null || (Number.isFinite(value) && Number(value) >= 0);
}

/** Reads a script from JSON, or says what is wrong with it. */
export function readScript(value: unknown): Partial<Script> | string {
  if (typeof value !== 'object' || value === null) return 'a script is an object';
  for (const [name, each] of Object.entries(value)) {
    const fits = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (fits === undefined) return `a script has no ${name}`;
    if (!fits(each)) return `${name} cannot be ${JSON.stringify(each)}`;
  }
  return value;
}
