import assert from 'node:assert/strict';
import type { Vonage } from '@vonage/server-sdk';
import { PUBLIC } from './application.ts';
import { MINE, type VonageStage } from './vonage_stage.ts';

const TO = '12125550100';

type Order = Parameters<Vonage['voice']['createOutboundCall']>[0];
type TalkAction = Parameters<Vonage['voice']['playTTS']>[1];
type Ncco = Parameters<Vonage['voice']['transferCallWithNCCO']>[1];

export function order(more: object = {}): Order {
  return {
    to: [{ type: 'phone', number: TO }],
    from: { type: 'phone', number: MINE },
    answer_url: [`${PUBLIC}/answer`],
    answer_method: 'POST',
    event_url: [`${PUBLIC}/event`],
    ...more,
  } as unknown as Order;
}

const NCCO = [
  { action: 'talk', text: 'Hello', language: 'en-US', style: 0, premium: false },
  { action: 'stream', streamUrl: ['https://a.example/b.mp3'], level: 0.5 },
  { action: 'record', beepStart: true, format: 'wav', endOnSilence: 3 },
  { action: 'input', type: ['dtmf'], dtmf: { maxDigits: 1, timeOut: 1 } },
  { action: 'notify', payload: { step: 1 }, eventUrl: [`${PUBLIC}/next`] },
  { action: 'conversation', name: 'tandem-1', endOnExit: false, startOnEnter: true },
  { action: 'wait', timeout: 600 },
] as unknown as Ncco;

/** Everything the SDK can ask of the voice API, once, in an order in which it makes sense. */
export async function tourVonage(
  { clock, application }: VonageStage,
  { voice }: Vonage,
): Promise<void> {
  const wait = [{ action: 'wait', timeout: 600 }];
  const headers = { 'content-type': 'application/json' };
  application.answer('/answer', { status: 200, headers, body: JSON.stringify(wait) });
  const detection = { behavior: 'continue', mode: 'detect_beep', beep_timeout: 45 };
  const timers = { ringing_timer: 60, length_timer: 600 };
  const { uuid } = await voice.createOutboundCall(
    order({ ...timers, advanced_machine_detection: detection }),
  );
  await clock.advance(10_000);
  assert.equal((await voice.getCall(uuid)).status, 'answered');
  assert.equal((await voice.getCallsPage({ pageSize: 10 })).count, 1);
  await voice.playTTS(uuid, { text: 'Hello', loop: 1 } as TalkAction);
  await voice.stopTTS(uuid);
  await voice.streamAudio(uuid, 'https://a.example/b.mp3');
  await voice.stopStreamAudio(uuid);
  await voice.playDTMF(uuid, '12#');
  await voice.subscribeDTMF(uuid, `${PUBLIC}/keys`);
  await voice.unsubscribeDTMF(uuid);
  for (const deed of ['muteCall', 'unmuteCall', 'earmuffCall', 'unearmuffCall'] as const)
    await voice[deed](uuid);
  await voice.transferCallWithURL(uuid, `${PUBLIC}/answer`);
  await voice.transferCallWithNCCO(uuid, NCCO);
  await clock.advance(60_000);
  await voice.hangupCall(uuid);
  await clock.advance(5_000);
  assert.ok(Number((await voice.getCall(uuid)).price) > 0);
}
