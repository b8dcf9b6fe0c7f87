import { pause } from '../../waiting.ts';
import { startRecording } from '../recordings.ts';
import { hookIn, numberIn, ON, type Perform } from '../stage.ts';

/** How long a party speaks when it is asked to. */
const SPEECH_MS = 3_000;

/** Records until one of its ends comes; where it names none, beside whatever follows. */
export const record: Perform = async (stage, action) => {
  const { world, call } = stage;
  if (action['beepStart'] === true) call.line?.hear('beep');
  const stop = startRecording(world, call, {
    format: typeof action['format'] === 'string' ? action['format'] : 'mp3',
    channels: numberIn(action, 'channels', 1),
    hook: hookIn(action),
  });
  const silence_s = numberIn(action, 'endOnSilence', 0);
  const longest_s = numberIn(action, 'timeOut', 0);
  const key = action['endOnKey'];
  if (silence_s === 0 && longest_s === 0 && key === undefined) return ON;
  const early = new AbortController();
  call.on_digit = (digit) => {
    if (digit === key) early.abort();
  };
  const silent_ms = silence_s === 0 ? Infinity : SPEECH_MS + silence_s * 1_000;
  const longest_ms = longest_s === 0 ? Infinity : longest_s * 1_000;
  await pause(stage, Math.min(silent_ms, longest_ms, 7_200_000), early.signal);
  call.on_digit = null;
  stop();
  return ON;
};
