import { clockFaceOf } from '../../kernel/foreign.ts';
import type { ActionId, Instant } from '../../kernel/brand.ts';
import type { ActionKind } from '../action.ts';
import { type Comparison, compare } from '../compare.ts';

interface Option {
  readonly condition: Comparison;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly weekdays: readonly number[];
  readonly timezone: string;
  readonly false_target_id: ActionId;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** What a calendar and a clock on the wall show. */
interface WallTime {
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly weekday: number;
}

function wallTimeOf(at: Instant, face: Intl.DateTimeFormat): WallTime {
  const parts = new Map(face.formatToParts(at).map(({ type, value }) => [type, value]));
  const numberOf = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  return {
    month: numberOf('month'),
    day: numberOf('day'),
    hour: numberOf('hour'),
    minute: numberOf('minute'),
    weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? ''),
  };
}

/** The fields that were given, largest first, as pairs of what is now and what was written. */
function fieldsOf(option: Option, now: WallTime): readonly (readonly [number, number])[] {
  const { month, day, hour, minute } = option;
  return [
    ...(month > 0 ? [[now.month, month] as const] : []),
    ...(day > 0 ? [[now.day, day] as const] : []),
    ...(hour >= 0 ? [[now.hour, hour] as const] : []),
    ...(minute >= 0 ? [[now.minute, minute] as const] : []),
  ];
}

function holds(option: Option, now: WallTime): boolean {
  const { condition, weekdays } = option;
  const fields = fieldsOf(option, now);
  const [here, there] = fields.find(([is, written]) => is !== written) ?? [0, 0];
  const on_day = weekdays.length === 0 || weekdays.includes(now.weekday);
  if (condition === '!=') return !(here === there && on_day);
  return on_day && (fields.length === 0 || compare(here, condition, there));
}

/** Goes on when the time of day or year compares as asked, and elsewhere when it does not. */
export const condition_datetime: ActionKind<Option> = {
  type: 'condition_datetime',
  needs: [],
  waits: false,
  outlook: ({ false_target_id, timezone }) => ({
    targets: [{ pointer: '/false_target_id', action_id: false_target_id }],
    faults:
      timezone.includes('${') || clockFaceOf(timezone) !== null
        ? []
        : [{ pointer: '/timezone', message: 'is not a known time zone' }],
  }),
  begin: (option, { now }) => {
    const face = clockFaceOf(option.timezone);
    if (face === null) return { next: 'fail', detail: `there is no time zone ${option.timezone}` };
    return holds(option, wallTimeOf(now, face))
      ? { next: 'onward' }
      : { next: 'goto', action_id: option.false_target_id };
  },
};
