import type { Clock } from '../../kernel/clock.ts';
import type { SandboxLog } from '../../store/sandbox_log.ts';
import {
  CarrierError,
  type NumberDesk,
  type NumberOffer,
  type ProviderAccount,
} from '../carrier.ts';
import { AREAS, isForSale, numbersOf } from './numbers.ts';

const COUNTRY = 'US';

export interface NumberMeans {
  readonly log: Pick<SandboxLog, 'serve' | 'unserve' | 'served'>;
  readonly clock: Clock;
}

/** The numbers of one account on the sandbox network: those set aside for fiction. */
export function numberDeskOf(
  { log, clock }: NumberMeans,
  { provider_id }: Pick<ProviderAccount, 'provider_id'>,
): NumberDesk {
  return {
    search: async (country, limit, number) => {
      if (country !== COUNTRY) return [];
      if (number !== undefined) return (await free(log, [number])).slice(0, limit);
      const found: NumberOffer[] = [];
      for (const area of AREAS) {
        if (found.length >= limit) break;
        found.push(...(await free(log, numbersOf(area))));
      }
      return found.slice(0, limit);
    },
    buy: async (number) => {
      if (!isForSale(number)) return 'unavailable';
      const got = await log.serve(number, provider_id, clock.now());
      return got ? 'bought' : 'unavailable';
    },
    configure: async (number) => {
      if (isForSale(number) && (await log.serve(number, provider_id, clock.now()))) return;
      throw new CarrierError('sandbox', 'never', `${number} is not in service at this account`);
    },
    release: (number) => log.unserve(number, provider_id),
  };
}

async function free(log: NumberMeans['log'], numbers: readonly string[]): Promise<NumberOffer[]> {
  const wanted = numbers.filter(isForSale);
  const taken = await log.served(wanted);
  return wanted
    .filter((number) => !taken.has(number))
    .map((number) => ({
      number,
      country: COUNTRY,
      region: `area ${number.slice(2, 5)}`,
      postal_code: '',
      features: ['voice'],
    }));
}
