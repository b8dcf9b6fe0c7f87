import type { Instant } from '../../kernel/brand.ts';
import type { Instruction } from '../../calls/instruction.ts';
import type { Fetched } from './studio.ts';
import type { Clip } from './tape.ts';

interface Slot {
  readonly from: Instant;
  readonly until: Instant;
  readonly stops: boolean;
  readonly fetched: readonly Fetched[] | null;
}

/** What an order to a leg's media gives its party to hear, in the time that it takes. */
export function clipsOf(instruction: Instruction, slot: Slot): Clip[] {
  const { from, until, stops } = slot;
  const clip = (what: Clip['what']): Clip[] => [{ from, until, stops, what }];
  switch (instruction.do) {
    case 'say': {
      const { text, language, gender } = instruction;
      return clip({ is: 'said', said: { text, language, gender }, ms: until - from });
    }
    case 'play':
      return playedIn(slot);
    case 'beep':
      return clip({ is: 'beep' });
    case 'send_digits': {
      const { digits, duration_ms, interval_ms } = instruction;
      return clip({ is: 'keys', digits, duration_ms, interval_ms });
    }
    case 'echo':
    case 'stream_echo':
      return clip({ is: 'echo' });
    default:
      return [];
  }
}

/** One file after the other, each as long as it is; nothing where they were not fetched. */
function playedIn({ from, until, stops, fetched }: Slot): Clip[] {
  const clips: Clip[] = [];
  let at = from;
  for (const each of fetched ?? []) {
    if (!each.ok || at >= until) continue;
    const end = Math.min(until, at + each.ms) as Instant;
    clips.push({ from: at, until: end, stops, what: { is: 'played', key: each.key } });
    at = end;
  }
  return clips;
}
