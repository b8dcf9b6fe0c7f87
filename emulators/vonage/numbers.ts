import type { Incoming } from '../network/network.ts';
import { eventsOf, hangUp, makeCall } from './lifecycle.ts';
import { eventBase, tell } from './letters.ts';
import type { Account, Call, OwnedNumber, World } from './state.ts';

/** Gives a number to an account: calls to it come in at the application it is linked to. */
export function own(
  world: World,
  account: Account,
  spec: { readonly msisdn: string; readonly country: string; readonly app_id: string },
): OwnedNumber {
  const number: OwnedNumber = {
    ...spec,
    fields: {},
    release: world.network.own(spec.msisdn, (incoming) => comeIn(world, number, incoming)),
  };
  account.numbers.set(number.msisdn, number);
  return number;
}

export function release(account: Account, number: OwnedNumber): void {
  number.release();
  account.numbers.delete(number.msisdn);
}

const LENGTH_S = 7_200;

/** Somebody calls one of the account's numbers: its application's answer address says what next. */
function comeIn(world: World, { app_id }: OwnedNumber, { line, listen }: Incoming): void {
  const app = world.applications.get(app_id);
  if (app === undefined || app.answer === null) return line.end({ code: 404, by: 'near_end' });
  const { from, to } = line.record;
  const [caller, called] = [from.replace(/^\+/, ''), to.replace(/^\+/, '')];
  const payload: Record<string, unknown> = {
    from: caller,
    to: called,
    endpoint_type: 'phone',
    region_url: 'https://api-us-3.vonage.com',
  };
  const call = makeCall(world, app, {
    direction: 'inbound',
    from: caller,
    to: { type: 'phone', number: called },
    source: { hook: app.answer, tag: 'answer', payload },
    event: app.event,
    ringing_s: 0,
    length_s: LENGTH_S,
    detection: null,
  });
  payload['uuid'] = call.uuid;
  payload['conversation_uuid'] = call.conversation.uuid;
  call.line = line;
  world.network.name(line, call.uuid);
  listen(eventsOf(world, call));
  greet(world, call);
}

function greet(world: World, call: Call): void {
  const { source } = call.order;
  for (const status of ['started', 'ringing'] as const) {
    call.status = status;
    tell(world, call, { tag: `status.${status}`, payload: { ...eventBase(world, call), status } });
  }
  if (source === null) hangUp(world, call);
  else world.perform(call, source);
}
