import type { Instruction } from '../../calls/instruction.ts';
import type { SandboxConfig } from './config.ts';
import type { Fetched } from './studio.ts';

/** What becomes of an order to a leg's media: how long it takes, and what is wrong with it. */
export interface Performance {
  readonly ms: number;
  /** Why it fails at its end; null when it succeeds. */
  readonly detail: string | null;
}

/** About sixteen characters a second, as people speak. */
const SAY_MS_PER_CHARACTER = 60;
const SAY_MS_MAX = 60_000;
const PLAY_MS = 2_000;
const BEEP_MS = 500;
const PLAYABLE = /^https?:\/\/[^\s/]+/;

/**
 * Null for orders that take no time and therefore have no end to tell. Files last their usual time,
 * unless they were fetched: then they last as long as they are.
 */
export function performanceOf(
  instruction: Instruction,
  config: SandboxConfig,
  fetched: readonly Fetched[] | null,
): Performance | null {
  const ms = lifelikeMs(instruction, config.say_ms_max ?? SAY_MS_MAX);
  if (ms === null) return null;
  const speed = config.media_speed ?? 1;
  if (fetched !== null) return playingOf(fetched, speed);
  const failing = instruction.do === 'play' && instruction.urls.find((url) => !PLAYABLE.test(url));
  if (failing !== false && failing !== undefined)
    return { ms: 0, detail: `cannot be fetched: ${failing.slice(0, 200)}` };
  return { ms: Math.round(ms / speed), detail: null };
}

/** What can be played is played; the first that cannot is what went wrong. */
function playingOf(fetched: readonly Fetched[], speed: number): Performance {
  const ms = fetched.reduce((sum, each) => sum + (each.ok ? each.ms : 0), 0);
  const failing = fetched.find((each) => !each.ok);
  const detail = failing?.ok === false ? `cannot be played: ${failing.why.slice(0, 200)}` : null;
  return { ms: Math.round(ms / speed), detail };
}

function lifelikeMs(instruction: Instruction, say_ms_max: number): number | null {
  switch (instruction.do) {
    case 'say':
      return Math.min(say_ms_max, instruction.text.length * SAY_MS_PER_CHARACTER);
    case 'play':
      return instruction.urls.length * PLAY_MS;
    case 'beep':
      return BEEP_MS;
    case 'echo':
    case 'stream_echo':
      return instruction.duration_ms;
    case 'send_digits': {
      const { digits, duration_ms, interval_ms } = instruction;
      return digits.length * (duration_ms + interval_ms);
    }
    case 'answer':
    case 'stop':
    case 'join':
    case 'leave':
    case 'line':
    case 'detect':
    case 'record_start':
    case 'record_stop':
    case 'stream_start':
    case 'stream_stop':
      return null;
  }
}
