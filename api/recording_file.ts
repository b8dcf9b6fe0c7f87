import { isUuid } from '../kernel/uuid.ts';
import type { Desk } from './desk.ts';
import { fileOutcome } from './file_reply.ts';
import { NOT_FOUND, type Outcome, refuse } from './operation.ts';
import { queryPairs } from './query.ts';
import type { Visit } from './reply.ts';

const TYPES: Readonly<Record<string, string>> = { wav: 'audio/wav' };

/** The file behind a link: for as long as the link works and the recording is there. */
export async function recordingFileOutcome(visit: Visit, desk: Desk): Promise<Outcome> {
  const { request, headers, request_id } = visit;
  const id = String(request.params['id'] ?? '');
  const recording = isUuid(id) ? await desk.store.groups.get('all', 'recording', id) : null;
  const pairs = new Map(queryPairs(request.url) ?? []);
  const expires_s = Number(/^\d{1,12}$/.exec(pairs.get('expires') ?? '')?.[0] ?? 0);
  const signature = pairs.get('signature') ?? '';
  const linked = { id, customer_id: recording?.customer_id ?? '', expires_s };
  // Whoever has no link learns nothing, not even whether there is such a recording.
  if (!desk.links.isSigned(linked, signature)) return refuse('link_invalid');
  if (expires_s * 1_000 <= desk.clock.now()) return refuse('link_invalid');
  const file = recording?.file ?? null;
  const kept = file === null ? null : await desk.files.open(file.name);
  if (recording === null || file === null || kept === null) return NOT_FOUND;
  headers['Cache-Control'] = 'private, no-store';
  const { range, 'if-range': if_range, 'if-none-match': if_none_match } = request.headers;
  return fileOutcome(
    {
      file: kept,
      type: TYPES[recording.format] ?? 'application/octet-stream',
      name: `recording-${id}.${recording.format}`,
      tag: file.sha256,
    },
    { range, if_range: if_range as string | undefined, if_none_match },
    (error) => desk.log.warn({ request_id, error }, 'a file could not be sent'),
  );
}
