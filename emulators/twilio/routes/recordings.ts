import { mp3Of, wavOf } from '../../media/tone.ts';
import type { Operation, Visit } from '../../web/desk.ts';
import type { Answer } from '../../web/server.ts';
import { formOf, statusHookOf } from '../forms.ts';
import { page } from '../pages.ts';
import {
  pauseRecording,
  resumeRecording,
  startCallRecording,
  stopRecording,
} from '../recordings.ts';
import { type Account, isOver, type Recording, type World } from '../state.ts';
import { API, json, notFound, recordingJson, refused } from '../wire.ts';

const ACCOUNT = `${API}/Accounts/:account`;
/** The newest recording of a call that is not over goes by this name. */
const CURRENT = 'Twilio.CURRENT';
/** A file of the emulator is never longer, however long the call was. */
const MEDIA_MS_MAX = 600_000;

type Act = (visit: Visit, recording: Recording) => Answer;

/** The operations of recordings, under calls, under conferences and by themselves. */
export function recordingOperations(world: World): Operation<Account>[] {
  const at = (under: string): string => `${ACCOUNT}${under}/Recordings`;
  return [
    {
      name: 'recordings.create',
      at: `POST ${at('/Calls/:call')}.json`,
      act: (visit, account) => create(world, visit, account),
    },
    ...['/Calls/:call', '/Conferences/:conference', ''].flatMap((under) => [
      {
        name: 'recordings.list',
        at: `GET ${at(under)}.json`,
        act: (visit: Visit, account: Account) => list(world, visit, account),
      },
      one(['recordings.fetch', `GET ${at(under)}/:recording.json`], (_visit, recording) =>
        json(200, recordingJson(recording, world.clock.now())),
      ),
      one(['recordings.update', `POST ${at(under)}/:recording.json`], (visit, recording) =>
        update(world, visit, recording),
      ),
      one(['recordings.remove', `DELETE ${at(under)}/:recording.json`], (_visit, each) => {
        each.account.recordings.delete(each.sid);
        return { status: 204 };
      }),
    ]),
    one(['recordings.media', `GET ${at('')}/:recording.:format`], media),
    one(['recordings.media', `GET ${at('')}/:recording`], media),
  ];
}

function one([name, at]: readonly [string, string], act: Act): Operation<Account> {
  return {
    name,
    at,
    act: (visit, account) => {
      const recording = found(visit, account);
      return recording === undefined ? notFound(visit.path) : act(visit, recording);
    },
  };
}

function found({ parts }: Visit, account: Account): Recording | undefined {
  const name = parts['recording'] ?? '';
  if (name !== CURRENT) return account.recordings.get(name);
  return [...account.recordings.values()].findLast(
    ({ call_sid, status }) =>
      call_sid === parts['call'] && (status === 'in-progress' || status === 'paused'),
  );
}

function create(world: World, visit: Visit, account: Account): Answer {
  const call = account.calls.get(visit.parts['call'] ?? '');
  if (call === undefined) return notFound(visit.path);
  if (isOver(call) || call.tm_answered === null)
    return refused(400, 21220, 'Requested resource is not eligible for recording');
  const form = formOf(visit);
  const recording = startCallRecording(world, call, {
    channels: form.get('RecordingChannels') === 'dual' ? 2 : 1,
    source: 'StartCallRecordingAPI',
    report: statusHookOf(form, 'RecordingStatusCallback', ['completed']),
  });
  return json(201, recordingJson(recording, world.clock.now()));
}

function list(world: World, visit: Visit, account: Account): Answer {
  const { call, conference } = visit.parts;
  const asked = { call: call ?? visit.query.get('CallSid'), conference: conference ?? null };
  const listed = [...account.recordings.values()]
    .filter((each) => asked.call === null || each.call_sid === asked.call)
    .filter((each) => asked.conference === null || each.conference_sid === asked.conference)
    .toReversed();
  return page(
    visit,
    'recordings',
    listed.map((each) => recordingJson(each, world.clock.now())),
  );
}

function update(world: World, visit: Visit, recording: Recording): Answer {
  const call = recording.account.calls.get(recording.call_sid);
  const status = formOf(visit).get('Status');
  if (call === undefined || (recording.status !== 'in-progress' && recording.status !== 'paused'))
    return refused(400, 21220, 'The recording is over');
  if (status === 'paused') pauseRecording(world, recording);
  else if (status === 'in-progress') resumeRecording(world, recording);
  else if (status === 'stopped') stopRecording(world, recording, call);
  else return refused(400, 20001, `Status ${String(status)} is not known`);
  return json(200, recordingJson(recording, world.clock.now()));
}

/** The sound itself: a tone as long as the recording, WAV unless MP3 is asked for. */
function media({ parts }: Visit, recording: Recording): Answer {
  if (recording.status !== 'completed') return notFound(`Recordings/${recording.sid}`);
  const ms = Math.min(recording.kept_ms, MEDIA_MS_MAX);
  const is_mp3 = parts['format'] === 'mp3';
  return {
    status: 200,
    headers: { 'content-type': is_mp3 ? 'audio/mpeg' : 'audio/x-wav' },
    body: is_mp3 ? mp3Of(ms) : wavOf(ms, { channels: recording.channels }),
  };
}
