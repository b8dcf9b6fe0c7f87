import 'twilio';
import 'twilio/lib/base/RequestClient.js';
import type { ProviderId } from '../../kernel/brand.ts';
import { openTwilio } from '../../emulators/twilio/twilio.ts';
import type { DialOrder, ProviderAccount } from '../../providers/carrier.ts';
import { twilioKind } from '../../providers/twilio/twilio.ts';
import type { Bench } from './carrier_bench.ts';
import { FAULTS, NOTICES, openReception, PUBLIC } from './emulated_bench.ts';

const MINE = 'AC00000000000000000000000000000001';
const STRANGER = 'AC00000000000000000000000000000002';

const NUMBERS: Bench['numbers'] = {
  answers: '+12125550100',
  rings_for_ever: '+15005550183',
  hangs_up: '+12125550153',
  dead_ends: [
    { to: '+15005550486', cause: 'busy', found: 'busy' },
    { to: '+15005550480', cause: 'noanswer', found: 'failed' },
    { to: '+15005550603', cause: 'rejected', found: 'failed' },
    { to: '+15005550503', cause: 'failed', found: 'failed' },
    { to: '+15005550404', cause: 'failed', found: 'failed' },
    { to: '+15005550487', cause: 'failed', found: 'failed' },
  ],
  parties: [
    { to: '+12125550100', party: 'human' },
    { to: '+12125550150', party: 'machine' },
    { to: '+12125550151', party: 'fax' },
  ],
};

function accountOf(name: string, account_sid: string, base_url: string): ProviderAccount {
  const provider_id = `provider-${name}` as ProviderId;
  return {
    provider_id,
    name,
    config: { base_url, calls_per_s: 100 },
    credentials: { account_sid, auth_token: `the token of ${name}` },
    notice_url: `${NOTICES}/${provider_id}`,
  };
}

/** The adapter of Twilio, through the real SDK, on the emulator. */
export async function twilioBench(): Promise<Bench> {
  const reception = await openReception();
  const { clock } = reception;
  const emulator = await openTwilio({
    clock,
    port: 0,
    origins: { [PUBLIC]: reception.url },
    accounts: [
      { sid: MINE, auth_token: 'the token of mine' },
      { sid: STRANGER, auth_token: 'the token of stranger' },
    ],
    settings: { calls_per_s: 100 },
  });
  reception.watch(emulator);
  const kind = twilioKind({ clock, timeout_ms: 2_500 });
  const carrier = kind.open(accountOf('mine', MINE, emulator.url));
  reception.connect('provider-mine', carrier);
  let fresh = 160;
  const elsewhere = (order: DialOrder): DialOrder => {
    fresh += 1;
    return { ...order, destination: { ...order.destination, target: `+12125550${fresh}` } };
  };
  return {
    kind,
    carrier,
    stranger: kind.open(accountOf('stranger', STRANGER, emulator.url)),
    clock,
    notices: reception.notices,
    numbers: NUMBERS,
    misbehaving: (order, fault) => {
      const moved = elsewhere(order);
      emulator.faults.add({ ...FAULTS[fault], about: moved.destination.target });
      return moved;
    },
    pressing: (order, digits) => {
      const moved = elsewhere(order);
      emulator.network.script(moved.destination.target, { digits });
      return moved;
    },
    refuseNotices: (count) => reception.refuse(count),
    legsPlaced: (attempt_id) => emulator.placedFor(encodeURIComponent(attempt_id)),
    membersOf: (room_id) => emulator.membersOf(MINE, room_id),
    lineOf: () => null,
    close: async () => {
      await emulator.close();
      await reception.close();
    },
  };
}
