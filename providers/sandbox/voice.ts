import type { SandboxScript } from '../../calls/call.ts';
import type { Party } from './numbers.ts';

import { between, type Strip, within } from './strips.ts';
import type { Mark } from './tape.ts';

/** How the far end sounds: a hum in place of words, and how long it goes on from the answer on. */
export interface Voice {
  readonly hz: number;
  readonly ms: number;
}

/** How people sound where no script says otherwise. */
export const HUMAN: Voice = { hz: 420, ms: 3_000 };
const GREETING: Voice = { hz: 300, ms: 3_000 };
const LEVEL_DB = -15;

/** After its greeting a machine beeps, and listens. */
const BEEP = { after_ms: 200, hz: 1_000, ms: 500 };
/** A called fax says that it is one (ITU-T T.30, CED: 2,100 Hz), then sends data. */
const FAX = { hz: 2_100, ms: 3_000, data_hz: 1_850 };
/** A key sounds so long before it is told. */
const KEY_MS = 100;
const KEYING = { duration_ms: KEY_MS, interval_ms: 0 };

type Wish = Pick<SandboxScript, 'voice_hz' | 'voice_ms'>;

/** The voice that a script asks for, or that comes with the party. */
export function voiceOf({ voice_hz, voice_ms }: Wish, party: Party): Voice {
  const usual = party === 'voicemail' ? GREETING : HUMAN;
  return { hz: voice_hz ?? usual.hz, ms: voice_ms ?? usual.ms };
}

/** How long the far end makes itself heard after its answer, in ms; keys aside. */
export function voicedMs(party: Party, voice: Voice): number {
  switch (party) {
    case 'human':
      return voice.ms;
    case 'voicemail':
      return voice.ms + BEEP.after_ms + BEEP.ms;
    case 'fax':
      return Infinity;
    case 'silence':
      return 0;
  }
}

/** A far end that has answered: who it is, how it sounds, since when, and what it pressed. */
export interface FarEnd {
  readonly party: Party;
  readonly voice: Voice;
  readonly since: number;
  readonly until: number;
  readonly marks: readonly Mark[];
}

/** What it says, keys and all: a key is pressed in place of words. */
export function voiceStrips(far: FarEnd): Strip[] {
  const whole = { from: far.since, until: far.until };
  const keys = far.marks.flatMap((mark): Strip[] => {
    if (!('digit' in mark)) return [];
    const stretch = { from: mark.at - KEY_MS, until: mark.at };
    return [
      { ...stretch, since: stretch.from, source: { is: 'keys', digits: mark.digit, ...KEYING } },
    ];
  });
  return [...within(saidBy(far), between(keys, whole)), ...within(keys, [whole])];
}

function saidBy({ party, voice, since, until }: FarEnd): Strip[] {
  const hum = tone(since, voice.ms, voice.hz);
  switch (party) {
    case 'human':
      return [hum];
    case 'voicemail':
      return [hum, tone(hum.until + BEEP.after_ms, BEEP.ms, BEEP.hz)];
    case 'fax': {
      const hello = tone(since, FAX.ms, FAX.hz);
      return [hello, tone(hello.until, Math.max(0, until - hello.until), FAX.data_hz)];
    }
    case 'silence':
      return [];
  }
}

function tone(from: number, ms: number, hz: number): Strip {
  return {
    since: from,
    from,
    until: from + ms,
    source: { is: 'tone', hz: [hz], level_db: LEVEL_DB },
  };
}
