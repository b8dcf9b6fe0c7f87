import { SAVE } from './sandbox.ts';
import * as shapes from './shapes.ts';
import type { Shape } from './statement.ts';

/**
 * How MySQL changes many rows by one statement, which costs it half of what as many statements
 * do: an INSERT of rows that are all there already. Should one be missing, or not be changed, the
 * count of changed rows tells, and the batch is rolled back and taken apart.
 */
export interface Bulk {
  readonly head: string;
  readonly row: string;
  readonly tail: string;
  /** How many of a statement's arguments a row takes. */
  readonly args: number;
  /** What each changed row adds to the count: an INSERT that updates counts two. */
  readonly counts: 1 | 2;
}

/** `given` are columns by argument; `blank` must have some value, which is never seen. */
function renewing(
  table: string,
  given: readonly string[],
  { blank, renew }: { readonly blank: readonly string[]; readonly renew: string },
): Bulk {
  const columns = [...given, ...blank].join(',');
  return {
    head: `insert into ${table} (${columns}) values `,
    row: `(${[...given.map(() => '?'), ...blank.map(() => '0')].join(',')})`,
    tail: ` on duplicate key update ${renew}`,
    args: given.length,
    counts: 2,
  };
}

function all(columns: readonly string[]): string {
  return columns.map((column) => `${column} = values(${column})`).join(', ');
}

/** Assignments run from left to right, so that what the condition reads is renewed last. */
function allIf(condition: string, columns: readonly string[]): string {
  return columns.map((name) => `${name} = if(${condition}, values(${name}), ${name})`).join(', ');
}

const NEXT = 'version = values(version) - 1';
const STAY = ['version', 'status', 'answered', 'doc'];
const MOVE = ['version', 'status', 'wake_at', 'answered', 'doc'];
const SETTLED = ['status', 'tries', 'next_at', 'pending_node'];
const SETTLING = [...SETTLED, 'id', 'node'];
const SAVED = ['script', 'outcome', 'tm_ringing', 'tm_answer', 'tm_end', 'final_code', 'next_at'];
const CALL_BLANK = ['charged'];

/** The changes on the path of a call that are worth it. Others are sent one by one. */
export const BULK: ReadonlyMap<Shape, Bulk> = new Map<Shape, Bulk>([
  [
    shapes.CALL_STAY,
    renewing('calls', [...STAY, 'id'], {
      blank: CALL_BLANK,
      renew: allIf(NEXT, STAY.toReversed()),
    }),
  ],
  [
    shapes.CALL_MOVE,
    renewing('calls', [...MOVE, 'id'], {
      blank: CALL_BLANK,
      renew: allIf(NEXT, MOVE.toReversed()),
    }),
  ],
  [
    shapes.CALL_END,
    renewing('calls', [...MOVE, 'id'], {
      blank: CALL_BLANK,
      renew: `live = if(${NEXT}, null, live), ${allIf(NEXT, MOVE.toReversed())}`,
    }),
  ],
  [shapes.RUN_SET, renewing('runs', ['doc', 'call_id'], { blank: [], renew: all(['doc']) })],
  [
    shapes.DELIVERY_SET,
    renewing('deliveries', SETTLING, {
      blank: shapes.DELIVERY_IN.columns.filter((name) => !SETTLING.includes(name)),
      renew: allIf('node = values(node)', SETTLED),
    }),
  ],
  [
    SAVE,
    renewing('sandbox_legs', [...SAVED, 'attempt_id'], {
      blank: [
        'leg_ref',
        'provider_id',
        'provider_name',
        'call_id',
        'source',
        'destination',
        'dial_count',
        'notice_url',
        'tm_dial',
      ],
      renew: allIf('tm_end is null or tm_end = values(tm_end)', [
        ...SAVED.filter((name) => name !== 'tm_end'),
        'tm_end',
      ]),
    }),
  ],
  [
    shapes.HOLD_END,
    {
      head: 'update calls set charged = 1 where charged = 0 and id in (',
      row: '?',
      tail: ')',
      args: 1,
      counts: 1,
    },
  ],
]);
