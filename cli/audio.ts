import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Log } from '../engine/log.ts';
import { LANGUAGES, namesOfLanguage } from '../flows/languages.ts';
import type { Studio } from '../providers/sandbox/studio.ts';
import { openEspeak } from '../speech/espeak/espeak.ts';
import { openFlite } from '../speech/flite/flite.ts';
import { openShelf } from '../speech/local/shelf.ts';
import { makeSpeaker } from '../speech/local/speaker.ts';
import type { Speech } from '../speech/speech.ts';
import { openDownloads } from '../webhooks/http/downloads.ts';
import { makeStudio } from './studio.ts';

/** All that makes and fetches sound. */
export interface Audio {
  readonly speech: Speech;
  readonly studio: Studio;
  close(): Promise<void>;
}

const MEGABYTE = 1_000_000;
/** A file that is played: ten minutes of the best that editors write. */
const PLAYED_BYTES_MAX = 60 * MEGABYTE;
/** Speaking is work for a processor: one more than this would only make the others wait. */
const SPEAKING_AT_ONCE = 2;
const WAITING_MAX = 1_000;

/** Opens the engines that are on this machine; English ones first, as they sound best. */
export async function openAudio(config: Config, log: Log): Promise<Audio> {
  const report = (error: unknown): void => log.warn({ error }, 'something could not be said');
  const bytes_max = config.speech_cache_mb * MEGABYTE;
  const engines = [openFlite(), await openEspeak()].filter((engine) => engine !== null);
  const speech = makeSpeaker({
    engines,
    shelf: openShelf(join(config.data_dir, 'cache', 'speech'), bytes_max),
    at_once: SPEAKING_AT_ONCE,
    waiting_max: WAITING_MAX,
    report,
  });
  const downloads = openDownloads({
    timeout_ms: config.webhook_timeout_ms,
    bytes_max: PLAYED_BYTES_MAX,
    allow: config.webhook_allow,
  });
  const shelf = openShelf(join(config.data_dir, 'cache', 'played'), bytes_max);
  log.info({ engines: engines.map(({ name }) => name) }, 'voices');
  return {
    speech,
    studio: makeStudio({ speech, downloads, shelf, report }),
    close: async () => {
      await Promise.all([speech.close(), downloads.close()]);
    },
  };
}

/** The languages that can be spoken here, by every name they have; null where there is no voice. */
export function spokenBy(speech: Speech): ReadonlySet<string> | null {
  const spoken = Object.keys(LANGUAGES).filter((each) => speech.engineFor(each) !== null);
  return spoken.length === 0 ? null : new Set(spoken.flatMap(namesOfLanguage));
}
