import type { Instant } from '../../kernel/brand.ts';
import type { Answer } from '../web/server.ts';
import type { Call, Conference, OwnedNumber, Participant, Recording, Stream } from './state.ts';

/** A JSON object as Twilio's API shows it. */
export type Json = Readonly<Record<string, unknown>>;

export const API = '/2010-04-01';
const PRICE_PER_MINUTE = 0.014;

export function json(status: number, body: Json): Answer {
  const headers = { 'content-type': 'application/json', 'twilio-request-duration': '0.010' };
  return { status, headers, body: JSON.stringify(body) };
}

/** An error as API 2010-04-01 answers it. */
export function refused(status: number, code: number, message: string): Answer {
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return json(status, { code, message, more_info, status });
}

export function notFound(path: string): Answer {
  return refused(404, 20404, `The requested resource ${path} was not found`);
}

/** RFC 2822 with a numeric zone, which is how every date of this API is written. */
export function dateOf(at: Instant): string {
  return new Date(at).toUTCString().replace('GMT', '+0000');
}

function maybe(at: Instant | null): string | null {
  return at === null ? null : dateOf(at);
}

function seconds(from: Instant | null, to: Instant | null): number {
  return from === null || to === null ? 0 : Math.round((to - from) / 1000);
}

/** Talk time in whole seconds, as CallDuration has it. */
export function durationOf(call: Call): number {
  return seconds(call.tm_answered, call.tm_ended);
}

/** Twilio rounds every leg up to whole minutes; what it costs is written as a negative number. */
export function priceOf(call: Call): string {
  const minutes = call.tm_answered === null ? 0 : Math.ceil(Math.max(1, durationOf(call)) / 60);
  return (-minutes * PRICE_PER_MINUTE).toFixed(5);
}

/** A call as GET shows it. `priced` says whether its price is known by now. */
export function callJson(call: Call, priced: boolean): Json {
  const { account, sid, tm_ended } = call;
  const uri = `${API}/Accounts/${account.sid}/Calls/${sid}`;
  const over = tm_ended !== null;
  return {
    sid,
    account_sid: account.sid,
    annotation: null,
    answered_by: call.answered_by,
    api_version: '2010-04-01',
    caller_name: null,
    date_created: dateOf(call.tm_created),
    date_updated: dateOf(call.tm_updated),
    direction: call.direction,
    duration: over ? String(durationOf(call)) : null,
    end_time: maybe(tm_ended),
    forwarded_from: null,
    from: call.from,
    from_formatted: call.from,
    group_sid: null,
    parent_call_sid: call.parent_sid,
    phone_number_sid: '',
    price: over && priced ? priceOf(call) : null,
    price_unit: 'USD',
    queue_time: '0',
    start_time: maybe(call.tm_started),
    status: call.status === 'initiated' ? 'queued' : call.status,
    to: call.to,
    to_formatted: call.to,
    trunk_sid: '',
    uri: `${uri}.json`,
    subresource_uris: Object.fromEntries(
      ['Notifications', 'Recordings', 'Streams', 'Siprec', 'Events', 'Payments'].map((name) => [
        name.toLowerCase(),
        `${uri}/${name}.json`,
      ]),
    ),
  };
}

export function conferenceJson(conference: Conference): Json {
  const uri = `${API}/Accounts/${conference.account.sid}/Conferences/${conference.sid}`;
  return {
    sid: conference.sid,
    account_sid: conference.account.sid,
    api_version: '2010-04-01',
    friendly_name: conference.friendly_name,
    region: 'us1',
    status: conference.status,
    date_created: dateOf(conference.tm_created),
    date_updated: dateOf(conference.tm_updated),
    ...(conference.reason_ended === null
      ? {}
      : { reason_conference_ended: conference.reason_ended }),
    call_sid_ending_conference: conference.ended_by,
    uri: `${uri}.json`,
    subresource_uris: {
      participants: `${uri}/Participants.json`,
      recordings: `${uri}/Recordings.json`,
    },
  };
}

export function participantJson(participant: Participant, status = 'connected'): Json {
  const { call, conference } = participant;
  const room = `${API}/Accounts/${call.account.sid}/Conferences/${conference.sid}`;
  return {
    account_sid: call.account.sid,
    call_sid: call.sid,
    call_sid_to_coach: participant.call_sid_to_coach,
    coaching: participant.coaching,
    conference_sid: conference.sid,
    date_created: dateOf(participant.tm_joined),
    date_updated: dateOf(participant.tm_updated),
    end_conference_on_exit: participant.end_on_exit,
    hold: participant.hold,
    label: participant.label,
    muted: participant.muted,
    queue_time: null,
    start_conference_on_enter: participant.start_on_enter,
    status,
    uri: `${room}/Participants/${call.sid}.json`,
  };
}

/** What has been recorded so far, in ms. */
export function recordedMs(recording: Recording, now: Instant): number {
  const { running_since, kept_ms } = recording;
  return kept_ms + (running_since === null ? 0 : now - running_since);
}

export function recordingJson(recording: Recording, now: Instant): Json {
  const { account, sid } = recording;
  const uri = `${API}/Accounts/${account.sid}/Recordings/${sid}`;
  const ready = recording.status === 'completed';
  return {
    sid,
    account_sid: account.sid,
    api_version: '2010-04-01',
    call_sid: recording.call_sid,
    conference_sid: recording.conference_sid,
    channels: recording.channels,
    date_created: dateOf(recording.tm_created),
    date_updated: dateOf(recording.tm_updated),
    start_time: dateOf(recording.tm_created),
    duration: ready ? String(Math.round(recordedMs(recording, now) / 1000)) : null,
    encryption_details: null,
    error_code: null,
    price: null,
    price_unit: 'USD',
    source: recording.source,
    status: recording.status,
    track: 'both',
    uri: `${uri}.json`,
    media_url: `https://api.twilio.com${uri}`,
    subresource_uris: { transcriptions: `${uri}/Transcriptions.json` },
  };
}

export function streamJson(stream: Stream): Json {
  const { call, sid } = stream;
  const folder = stream.kind === 'stream' ? 'Streams' : 'Siprec';
  return {
    sid,
    account_sid: call.account.sid,
    call_sid: call.sid,
    name: stream.name === '' ? null : stream.name,
    status: stream.status,
    date_updated: dateOf(stream.tm_updated),
    uri: `${API}/Accounts/${call.account.sid}/Calls/${call.sid}/${folder}/${sid}.json`,
  };
}

const CAPABILITIES = { voice: true, sms: true, mms: true, fax: false };

/** A number that can be bought. */
export function availableJson(phone_number: string, iso_country: string): Json {
  return {
    friendly_name: phone_number,
    phone_number,
    lata: null,
    locality: null,
    rate_center: null,
    latitude: null,
    longitude: null,
    region: null,
    postal_code: null,
    iso_country,
    address_requirements: 'none',
    beta: false,
    capabilities: CAPABILITIES,
  };
}

const NO_MESSAGES = {
  sms_application_sid: '',
  sms_fallback_method: 'POST',
  sms_fallback_url: '',
  sms_method: 'POST',
  sms_url: '',
};

/** A number that is owned. */
export function numberJson(number: OwnedNumber): Json {
  const { account, sid, fields } = number;
  const text = (name: string, preset: string): string => fields[name] ?? preset;
  return {
    sid,
    account_sid: account.sid,
    address_requirements: 'none',
    address_sid: null,
    api_version: '2010-04-01',
    beta: false,
    bundle_sid: null,
    capabilities: CAPABILITIES,
    date_created: dateOf(number.tm_created),
    date_updated: dateOf(number.tm_updated),
    emergency_address_sid: null,
    emergency_address_status: 'unregistered',
    emergency_status: 'Inactive',
    friendly_name: text('FriendlyName', number.phone_number),
    identity_sid: null,
    origin: 'twilio',
    phone_number: number.phone_number,
    ...NO_MESSAGES,
    status: 'in-use',
    status_callback: text('StatusCallback', ''),
    status_callback_method: text('StatusCallbackMethod', 'POST'),
    trunk_sid: null,
    type: null,
    uri: `${API}/Accounts/${account.sid}/IncomingPhoneNumbers/${sid}.json`,
    voice_application_sid: '',
    voice_caller_id_lookup: false,
    voice_fallback_method: text('VoiceFallbackMethod', 'POST'),
    voice_fallback_url: text('VoiceFallbackUrl', ''),
    voice_method: text('VoiceMethod', 'POST'),
    voice_receive_mode: 'voice',
    voice_url: text('VoiceUrl', ''),
  };
}
