import { publicRecording } from '../../groups/recording_machine.ts';
import { rfc3339 } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/brand.ts';
import type { GroupFilter } from '../../store/groups.ts';
import { given, listed, scopeOf } from '../lists.ts';
import { answer, NOT_FOUND, refuse, type Serve } from '../operation.ts';

/** How long a link to a file works. */
const LINK_S = 900;

export const listRecordings: Serve<'listRecordings'> = (ask, { store }) => {
  const { reference_id, status } = ask.query;
  const filter = given<GroupFilter>({ reference_id, status });
  const asked = { kind: 'recording', filter } as const;
  return listed(ask.query, (page) => store.groups.list(scopeOf(ask), asked, page), publicRecording);
};

export const getRecording: Serve<'getRecording'> = async (ask, { store }) => {
  const recording = await store.groups.get(scopeOf(ask), 'recording', ask.id);
  return recording === null ? NOT_FOUND : answer(publicRecording(recording));
};

export const deleteRecording: Serve<'deleteRecording'> = async (ask, { store, exchange }) => {
  const known = await store.groups.get(scopeOf(ask), 'recording', ask.id);
  if (known === null) return NOT_FOUND;
  if (known.status !== 'ended') return refuse('recording_running');
  const which = { kind: 'recording', id: ask.id } as const;
  const told = await exchange.tellGroup(scopeOf(ask), which, { type: 'delete_asked' });
  // Whoever deletes it at the same time has done the same.
  return answer(publicRecording(told ?? known));
};

export const getRecordingfile: Serve<'getRecordingfile'> = async (ask, desk) => {
  const { store, clock, links, config } = desk;
  const recording = await store.groups.get(scopeOf(ask), 'recording', ask.id);
  if (recording === null) return NOT_FOUND;
  if (recording.status !== 'ended') return refuse('recording_running');
  if (recording.file === null) return refuse('not_found', null, 'the recording has no file');
  const { id, customer_id } = recording;
  const expires_s = Math.floor(clock.now() / 1_000) + LINK_S;
  const signature = links.sign({ id, customer_id, expires_s });
  const url = `${config.public_url}/v1/recordingfiles/${id}/content`;
  const link = `${url}?expires=${expires_s}&signature=${signature}`;
  const tm_expire = rfc3339((expires_s * 1_000) as Instant);
  return { ...answer({ url: link, tm_expire }, 307), headers: { Location: link } };
};
