import { Activity } from '../../emulators/web/activity.ts';
import { type Answer, type Asked, listen } from '../../emulators/web/server.ts';

/** A customer's application: answers as it is told to, and remembers what it was asked. */
export interface Application {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** What it answers at a path; a function where the answer depends on the request. */
  answer(path: string, answer: Answer | ((asked: Asked) => Answer)): void;
  /** The requests of a path, oldest first. */
  at(path: string): readonly Asked[];
  close(): Promise<void>;
}

/** Where the application is for the outside: requests are signed for this origin. */
export const PUBLIC = 'https://tandem.example';

export async function openApplication(): Promise<Application> {
  const asked: Asked[] = [];
  const answers = new Map<string, Answer | ((asked: Asked) => Answer)>();
  const server = await listen({
    port: 0,
    activity: new Activity(),
    respond: async (request) => {
      asked.push(request);
      const found = answers.get(request.path) ?? { status: 204 };
      const answer = typeof found === 'function' ? found(request) : found;
      return { answer, sending: 'whole' };
    },
  });
  return {
    url: server.url,
    asked,
    answer: (path, answer) => void answers.set(path, answer),
    at: (path) => asked.filter((each) => each.path === path),
    close: () => server.close(),
  };
}

/** An answer in TwiML. */
export function twiml(...verbs: readonly string[]): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs.join('')}</Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

/** The fields of a form that was posted. */
export function fieldsOf({ body }: Asked): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body));
}
