import '@vonage/server-sdk';
import { generateKeyPairSync } from 'node:crypto';
import type { ProviderId } from '../../kernel/brand.ts';
import { openVonage } from '../../emulators/vonage/vonage.ts';
import { OPEN_LINE } from '../../calls/media.ts';
import type { DialOrder, LegAddress, ProviderAccount } from '../../providers/carrier.ts';
import { vonageKind } from '../../providers/vonage/vonage.ts';
import type { Bench } from './carrier_bench.ts';
import { FAULTS, NOTICES, openReception, PUBLIC } from './emulated_bench.ts';

const APPS = {
  mine: '00000000-0000-4000-8000-000000000001',
  stranger: '00000000-0000-4000-8000-000000000002',
};
const PAIR = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const NUMBERS: Bench['numbers'] = {
  answers: '+12125550100',
  rings_for_ever: '+15005550183',
  hangs_up: '+12125550153',
  dead_ends: [
    { to: '+15005550486', cause: 'busy', found: 'busy' },
    { to: '+15005550480', cause: 'noanswer', found: 'noanswer' },
    { to: '+15005550603', cause: 'rejected', found: 'failed' },
    { to: '+15005550503', cause: 'failed', found: 'failed' },
    { to: '+15005550404', cause: 'failed', found: 'failed' },
    { to: '+15005550487', cause: 'failed', found: 'failed' },
  ],
  parties: [
    { to: '+12125550100', party: 'human' },
    { to: '+12125550150', party: 'machine' },
  ],
};

function accountOf(name: 'mine' | 'stranger', base_url: string): ProviderAccount {
  const provider_id = `provider-${name}` as ProviderId;
  return {
    provider_id,
    name,
    config: { base_url, calls_per_s: 100 },
    credentials: {
      api_key: name,
      application_id: APPS[name],
      private_key: PAIR.privateKey,
      signature_secret: `the signature secret of ${name}`,
    },
    notice_url: `${NOTICES}/${provider_id}`,
  };
}

function specOf(name: 'mine' | 'stranger') {
  const signature_secret = `the signature secret of ${name}`;
  const applications = [{ id: APPS[name], public_key: PAIR.publicKey }];
  return { api_key: name, api_secret: `the secret of ${name}`, signature_secret, applications };
}

/** The adapter of Vonage, through the real SDK, on the emulator. */
export async function vonageBench(): Promise<Bench> {
  const reception = await openReception();
  const { clock } = reception;
  const emulator = await openVonage({
    clock,
    port: 0,
    origins: { [PUBLIC]: reception.url },
    accounts: [specOf('mine'), specOf('stranger')],
    settings: { calls_per_s: 100, requests_per_s: 1_000 },
  });
  reception.watch(emulator);
  const kind = vonageKind({ clock, timeout_ms: 2_500 });
  const carrier = kind.open(accountOf('mine', emulator.url));
  reception.connect('provider-mine', carrier);
  let fresh = 160;
  const elsewhere = (order: DialOrder): DialOrder => {
    fresh += 1;
    return { ...order, destination: { ...order.destination, target: `+12125550${fresh}` } };
  };
  return {
    kind,
    carrier,
    stranger: kind.open(accountOf('stranger', emulator.url)),
    clock,
    notices: reception.notices,
    numbers: NUMBERS,
    misbehaving: (order, fault) => {
      const moved = elsewhere(order);
      emulator.faults.add({ ...FAULTS[fault], about: moved.destination.target.slice(1) });
      return moved;
    },
    pressing: (order, digits) => {
      const moved = elsewhere(order);
      emulator.network.script(moved.destination.target, { digits });
      return moved;
    },
    refuseNotices: (count) => reception.refuse(count),
    legsPlaced: (attempt_id) => emulator.placedFor(encodeURIComponent(attempt_id)),
    membersOf: (room_id) => emulator.membersOf(APPS.mine, room_id),
    lineOf: ({ leg_ref }: LegAddress) => {
      const sound = emulator.soundOf(leg_ref ?? '');
      if (sound === null) return null;
      const { muted, earmuffed } = sound;
      const direction = muted ? (earmuffed ? 'both' : 'in') : earmuffed ? 'out' : '';
      return { ...OPEN_LINE, mute_direction: direction };
    },
    close: async () => {
      await emulator.close();
      await reception.close();
    },
  };
}
