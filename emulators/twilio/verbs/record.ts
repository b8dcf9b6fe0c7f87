import { mediaUrl, startRecording, stopRecording } from '../recordings.ts';
import { actionOf, hear, hookIn, pickUp, type Verb, wholeIn } from '../stage.ts';
import { pause } from '../../waiting.ts';

/** How long a party speaks when it is asked to. */
const SPEECH_MS = 3_000;

/** Records what the party says until it falls silent, presses a key, or the time is up. */
export const record: Verb = async (stage, element) => {
  pickUp(stage);
  if (element.attributes['playBeep'] !== 'false') hear(stage, 'beep');
  const { world, call } = stage;
  const hook = hookIn(stage, element, 'recordingStatusCallback');
  const events = (element.attributes['recordingStatusCallbackEvent'] ?? 'completed').split(' ');
  const recording = startRecording(world, {
    account: call.account,
    call,
    conference_sid: null,
    channels: 1,
    source: 'RecordVerb',
    report: hook === null ? null : { ...hook, events },
  });
  const finish_on = element.attributes['finishOnKey'] ?? '1234567890*#';
  const key = { pressed: '' };
  const early = new AbortController();
  call.on_digit = (digit) => {
    if (!finish_on.includes(digit)) return;
    key.pressed = digit;
    early.abort();
  };
  const silence_ms = wholeIn(element, 'timeout', 5) * 1_000;
  const longest_ms = wholeIn(element, 'maxLength', 3_600) * 1_000;
  await pause(stage, Math.min(SPEECH_MS + silence_ms, longest_ms), early.signal);
  call.on_digit = null;
  stopRecording(world, recording, call);
  const params = {
    RecordingUrl: mediaUrl(recording),
    RecordingSid: recording.sid,
    RecordingDuration: String(Math.round(recording.kept_ms / 1_000)),
    Digits: key.pressed,
  };
  return { go: 'to', document: actionOf(stage, element, { tag: 'record', params }) };
};
