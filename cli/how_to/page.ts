/** A request the page makes. Its answer is known by `name` further down. */
export interface RequestStep {
  readonly step: 'request';
  readonly name: string | null;
  /** The status the page wants; null: any that is no refusal. */
  readonly status: number | null;
  readonly method: string;
  readonly path: string;
  /** JSON with `{{name.field}}` still in it; null without a body. */
  readonly body: string | null;
  /** JSON that must be found in the answer; null where the page does not show it. */
  readonly answer: string | null;
}

/** Webhooks that must come before the page goes on, in any order. */
export interface WebhooksStep {
  readonly step: 'webhooks';
  readonly wanted: readonly WantedWebhook[];
}

/** One line: `TYPE [as NAME] [field=value …]`. */
export interface WantedWebhook {
  readonly text: string;
  readonly type: string;
  readonly name: string | null;
  readonly fields: readonly { readonly path: string; readonly value: string }[];
}

export type Step = RequestStep | WebhooksStep;

/** A page that can be run: its steps in the order of the text. */
export interface Page {
  readonly title: string;
  readonly steps: readonly Step[];
}

/** A page says something that cannot be run. The message names the block. */
export class PageError extends Error {
  override readonly name = 'PageError';
}

const FENCE = /^```(\S+)(?: (.*))?$/;

/**
 * Reads the steps of a how-to page out of its fenced blocks: `http [NAME] [STATUS]` makes a
 * request, a `json` block right after it shows what of the answer counts, `webhooks` waits. All
 * other blocks and words are for people.
 */
export function readPage(markdown: string): Page {
  const steps: Step[] = [];
  const lines = markdown.split('\n');
  for (let place = 0; place < lines.length; place += 1) {
    const [, language, info = ''] = FENCE.exec(lines[place] ?? '') ?? [];
    if (language === undefined) continue;
    const end = lines.indexOf('```', place + 1);
    if (end < 0) throw new PageError(`the block at line ${place + 1} has no end`);
    add(steps, language, { info, lines: lines.slice(place + 1, end), line: place + 1 });
    place = end;
  }
  return { title: lines[0]?.replace(/^# /, '') ?? '', steps };
}

interface Block {
  readonly info: string;
  readonly lines: readonly string[];
  readonly line: number;
}

function add(steps: Step[], language: string, block: Block): void {
  if (language === 'http') steps.push(requestOf(block));
  if (language === 'webhooks') steps.push(webhooksOf(block));
  if (language === 'json') show(steps, block);
}

function show(steps: Step[], { lines, line }: Block): void {
  const last = steps.pop();
  if (last?.step !== 'request' || last.answer !== null)
    throw new PageError(`the json block at line ${line} follows no request`);
  steps.push({ ...last, answer: lines.join('\n') });
}

function requestOf({ info, lines, line }: Block): RequestStep {
  const [method = '', path = ''] = (lines[0] ?? '').split(' ');
  if (!/^(GET|POST|PUT|DELETE)$/.test(method) || !path.startsWith('/v1/'))
    throw new PageError(`the request at line ${line} must begin with a method and /v1/…`);
  const words = info.split(' ').filter((word) => word !== '');
  const status = words.find((word) => /^\d{3}$/.test(word));
  const body = lines.slice(1).join('\n').trim();
  return {
    step: 'request',
    name: words.find((word) => word !== status) ?? null,
    status: status === undefined ? null : Number(status),
    method,
    path: path.slice('/v1'.length),
    body: body === '' ? null : body,
    answer: null,
  };
}

function webhooksOf({ lines, line }: Block): WebhooksStep {
  const wanted = lines.filter((each) => each.trim() !== '').map(wantedOf);
  if (wanted.length === 0) throw new PageError(`the block at line ${line} wants no webhook`);
  return { step: 'webhooks', wanted };
}

function wantedOf(text: string): WantedWebhook {
  const [type = '', ...words] = text.trim().split(/\s+/);
  const named = words[0] === 'as' ? (words[1] ?? null) : null;
  const fields = words.slice(named === null ? 0 : 2).map((word) => {
    const equals = word.indexOf('=');
    return { path: word.slice(0, equals), value: word.slice(equals + 1) };
  });
  return { text: text.trim(), type, name: named, fields };
}
