import type { Party } from '../network/script.ts';
import { sendAbout } from './reports.ts';
import { type Call, type Detection, isOver, type World } from './state.ts';

interface Verdict {
  readonly word: string;
  readonly ms: number;
}

/** How long Twilio listens before it is sure. A person who waits for a greeting hears silence. */
const HUMAN_MS = 4_000;
const MACHINE_MS = 3_000;
const GREETING_MS = 8_000;
const FAX_MS = 3_000;

function verdictOn(party: Party, { mode, timeout_s }: Detection): Verdict {
  switch (party) {
    case 'human':
      return { word: 'human', ms: HUMAN_MS };
    case 'fax':
      return { word: 'fax', ms: FAX_MS };
    case 'silence':
      return { word: 'unknown', ms: timeout_s * 1_000 };
    case 'machine':
      return mode === 'Enable'
        ? { word: 'machine_start', ms: MACHINE_MS }
        : { word: 'machine_end_beep', ms: GREETING_MS };
  }
}

/**
 * Finds out who answered, if the call asked for it. Without a report of its own the verdict comes
 * with the request for the first document, which waits for it.
 */
export function detect(world: World, call: Call, goOn: () => void): void {
  const { detection } = call.order;
  if (detection === null || call.line === null) return goOn();
  const { word, ms } = verdictOn(call.line.script.party, detection);
  const { report } = detection;
  if (report !== null) goOn();
  call.line.after(ms, () => {
    if (isOver(call)) return;
    call.answered_by = word;
    if (report === null) return goOn();
    const { account, sid: CallSid } = call;
    const params = {
      AccountSid: account.sid,
      CallSid,
      AnsweredBy: word,
      MachineDetectionDuration: String(ms),
    };
    void sendAbout(world, { call, hook: report, tag: 'amd', params });
  });
}
