import type { Incoming } from '../network/network.ts';
import { begin, eventsOf, makeCall } from './lifecycle.ts';
import {
  type Account,
  type CallOrder,
  type Hook,
  type OwnedNumber,
  sid,
  type World,
} from './state.ts';

/** Gives a number to an account: calls to it come in there from now on. */
export function own(
  world: World,
  account: Account,
  [phone_number, fields]: readonly [string, Readonly<Record<string, string>>],
): OwnedNumber {
  const now = world.clock.now();
  const number: OwnedNumber = {
    sid: sid(world, 'PN'),
    account,
    phone_number,
    tm_created: now,
    tm_updated: now,
    fields,
    release: world.network.own(phone_number, (incoming) => comeIn(world, number, incoming)),
  };
  account.numbers.set(number.sid, number);
  return number;
}

export function release(number: OwnedNumber): void {
  number.release();
  number.account.numbers.delete(number.sid);
}

function hookOf({ fields }: OwnedNumber, name: string): Hook | null {
  const url = fields[`${name}Url`] ?? (name === 'StatusCallback' ? fields[name] : undefined) ?? '';
  return url === '' ? null : { url, method: fields[`${name}Method`] ?? 'POST' };
}

/** Somebody calls one of the account's numbers: its voice URL says what happens. */
function comeIn(world: World, number: OwnedNumber, { line, listen }: Incoming): void {
  const document = hookOf(number, 'Voice');
  const status = hookOf(number, 'StatusCallback');
  const order: CallOrder = {
    document,
    twiml: null,
    fallback: hookOf(number, 'VoiceFallback'),
    status: status === null ? null : { ...status, events: ['completed'] },
    timeout_s: 0,
    time_limit_s: 14_400,
    send_digits: '',
    detection: null,
    record: null,
  };
  const { from, to } = line.record;
  const { account } = number;
  const call = makeCall(world, {
    account,
    direction: 'inbound',
    from,
    to,
    parent_sid: null,
    order,
  });
  call.line = line;
  call.status = 'ringing';
  call.tm_started = world.clock.now();
  world.network.name(line, call.sid);
  listen(eventsOf(world, call));
  if (document === null) line.end({ code: 404, by: 'near_end' });
  else begin(world, call);
}
