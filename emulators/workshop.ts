import type { Clock } from '../kernel/clock.ts';
import { Journal } from './journal.ts';
import { Names } from './names.ts';
import { PhoneNetwork } from './network/network.ts';
import { Activity } from './web/activity.ts';
import { Courier } from './web/courier.ts';
import { Faults } from './web/faults.ts';
import { Postman } from './web/postman.ts';
import type { Listening } from './web/server.ts';

/** What an emulator is started with. */
export interface EmulatorMeans {
  readonly clock: Clock;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where an application's public origin is really reached. */
  readonly origins?: Readonly<Record<string, string>>;
  /** Two emulators on one network can call each other's numbers. Left out: one of its own. */
  readonly network?: PhoneNetwork;
  /** Another seed, other names of things and other draws. */
  readonly seed?: number;
  /** Moves the clock; null where it goes by itself only. */
  readonly advance?: ((ms: number) => Promise<void>) | null;
}

/** The tools every emulator works with. */
export interface Workshop {
  readonly clock: Clock;
  readonly network: PhoneNetwork;
  readonly courier: Courier;
  readonly postman: Postman;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly names: Names;
  readonly activity: Activity;
}

export function openWorkshop(means: EmulatorMeans, carrier: string): Workshop {
  const { clock, origins = {}, seed = 1 } = means;
  const journal = new Journal(clock);
  const faults = new Faults(seed);
  const courier = new Courier({ clock, origins });
  return {
    clock,
    network: means.network ?? new PhoneNetwork(clock),
    courier,
    postman: new Postman({ clock, courier, faults, journal }),
    faults,
    journal,
    names: new Names(`${carrier}/${seed}`),
    activity: new Activity(),
  };
}

/** An emulator that runs. */
export interface Emulator extends Pick<Workshop, 'network' | 'faults' | 'journal'> {
  readonly url: string;
  /** Requests under way, in and out, that will move without the clock. */
  busy(): number;
  /** Requests kept waiting on purpose. */
  stalled(): number;
  close(): Promise<void>;
}

/** What every emulator shows of itself. */
export function running(workshop: Workshop, { url }: Listening): Omit<Emulator, 'close'> {
  const { network, faults, journal, activity, courier } = workshop;
  return {
    url,
    network,
    faults,
    journal,
    busy: () => activity.busy + courier.busy - activity.stalled,
    stalled: () => activity.stalled,
  };
}
