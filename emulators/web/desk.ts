import type { Clock } from '../../kernel/clock.ts';
import type { Activity } from './activity.ts';
import type { Fault, Faults } from './faults.ts';
import type { Answer, Asked, Reply, Sending } from './server.ts';

/** A request to an operation, with the parts of its path that vary. */
export interface Visit extends Asked {
  readonly parts: Readonly<Record<string, string>>;
}

/** One operation: `POST /2010-04-01/Accounts/:account/Calls.json` and what it does. */
export interface Operation<Context> {
  readonly name: string;
  readonly at: string;
  act(visit: Visit, context: Context): Answer | Promise<Answer>;
}

export interface DeskMeans<Context> {
  readonly operations: readonly Operation<Context>[];
  readonly faults: Faults;
  readonly clock: Clock;
  readonly activity: Activity;
  /** Who asks; an answer when they may not. */
  admit(visit: Visit): Context | Answer;
  /** Numbers and names a request is about, so that a fault can be meant for one of them. */
  about(visit: Visit): readonly string[];
  missing(asked: Asked): Answer;
  /** The carrier's own way to say that something went wrong. */
  refusal(fault: Fault): Answer;
}

interface Known<Context> {
  readonly operation: Operation<Context>;
  readonly method: string;
  readonly pattern: RegExp;
}

/** Finds the operation a request is for, lets its fault strike, and has it done. */
export class WebDesk<Context extends object> {
  readonly #means: DeskMeans<Context>;
  readonly #known: readonly Known<Context>[];

  constructor(means: DeskMeans<Context>) {
    this.#means = means;
    this.#known = means.operations.map((operation) => {
      const [method = '', path = ''] = operation.at.split(' ');
      const source = path.replaceAll('.', '\\.').replace(/:(\w+)/g, '(?<$1>[^/]+?)');
      return { operation, method, pattern: new RegExp(`^${source}$`) };
    });
  }

  async respond(asked: Asked): Promise<Reply> {
    const { missing, admit } = this.#means;
    for (const { operation, method, pattern } of this.#known) {
      const found = method === asked.method ? pattern.exec(asked.path) : null;
      if (found === null) continue;
      const visit = { ...asked, parts: partsOf(found) };
      const context = admit(visit);
      if ('status' in context) return whole(context);
      return this.#perform(operation, visit, context);
    }
    return whole(missing(asked));
  }

  async #perform(operation: Operation<Context>, visit: Visit, context: Context): Promise<Reply> {
    const { faults, refusal, about } = this.#means;
    const fault = faults.strike(operation.name, about(visit));
    if (fault === null) return whole(await operation.act(visit, context));
    if (fault.do === 'refuse') return whole(refusal(fault));
    const early = EARLY[fault.do];
    if (early !== undefined) return { answer: { status: 500 }, sending: early };
    if (fault.do === 'slow_before') await this.#pause(fault);
    const answer = await operation.act(visit, context);
    if (fault.do === 'slow_after') await this.#pause(fault);
    if (fault.do === 'fail_after') return whole(refusal(fault));
    return { answer, sending: LATE[fault.do] ?? 'whole' };
  }

  #pause({ ms = 0 }: Fault): Promise<void> {
    const goOn = this.#means.activity.stall();
    return new Promise((resolve) => {
      this.#means.clock.after(ms, () => {
        goOn();
        resolve();
      });
    });
  }
}

/** Faults that strike before anything is done. */
const EARLY: Readonly<Record<string, Sending>> = { hang_before: 'never', reset_before: 'reset' };
/** Faults that strike when it is done. */
const LATE: Readonly<Record<string, Sending>> = {
  hang_after: 'never',
  reset_after: 'reset',
  cut: 'cut',
  empty: 'empty',
};

function whole(answer: Answer): Reply {
  return { answer, sending: 'whole' };
}

function partsOf(found: RegExpExecArray): Record<string, string> {
  const entries = Object.entries(found.groups ?? {});
  return Object.fromEntries(entries.map(([name, part]) => [name, decoded(part)]));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
