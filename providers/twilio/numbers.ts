import { CarrierError, type NumberDesk, type NumberOffer } from '../carrier.ts';
import { type Act, errorOf, NAME, type TwilioApi } from './api.ts';
import { urlOf } from './paths.ts';
import { TwilioFailure } from './seam.ts';

type Client = Parameters<Act<unknown>>[0];

/** Codes with which Twilio says that a number cannot be had. */
const UNAVAILABLE: readonly number[] = [21422, 21452, 21404];

/** The numbers of an account. Calls to them are told to us as soon as they are bought. */
export function numberDesk(api: TwilioApi, notice_url: string): NumberDesk {
  const hooks = {
    voiceUrl: urlOf(notice_url, { place: 'in' }),
    voiceMethod: 'POST',
    statusCallback: urlOf(notice_url, { place: 'status' }),
    statusCallbackMethod: 'POST',
  };
  const held = async (number: string): Promise<string | null> => {
    const filter = { phoneNumber: number, pageSize: 20 };
    const page = await api.reach('numbers.list', (client) =>
      client.incomingPhoneNumbers.page(filter),
    );
    return page.instances.find(({ phoneNumber }) => phoneNumber === number)?.sid ?? null;
  };
  return {
    search: async (country, limit, number) => {
      const named = number === undefined ? {} : { contains: number };
      const filter = { voiceEnabled: true, pageSize: limit, ...named };
      const page = await api.reach('numbers.search', (client) =>
        client.availablePhoneNumbers(country).local.page(filter),
      );
      return page.instances.slice(0, limit).map(offerOf);
    },
    buy: async (number) => {
      if ((await held(number)) !== null) return 'bought';
      return bought(api, { phoneNumber: number, ...hooks });
    },
    configure: async (number) => {
      const sid = await held(number);
      if (sid === null) throw new CarrierError(NAME, 'never', `${number} is not held`);
      await api.reach('numbers.update', (client) => client.incomingPhoneNumbers(sid).update(hooks));
    },
    release: async (number) => {
      const sid = await held(number);
      if (sid === null) return;
      await api.reach('numbers.remove', (client) => client.incomingPhoneNumbers(sid).remove());
    },
  };
}

async function bought(
  api: TwilioApi,
  order: Parameters<Client['incomingPhoneNumbers']['create']>[0],
): Promise<'bought' | 'unavailable'> {
  try {
    await api.ask('numbers.create', (client) => client.incomingPhoneNumbers.create(order));
    return 'bought';
  } catch (error) {
    if (isUnavailable(error)) return 'unavailable';
    throw errorOf(error);
  }
}

function isUnavailable(error: unknown): boolean {
  const failure = error instanceof TwilioFailure ? error.failure : null;
  if (failure?.kind !== 'refused' || failure.code === null) return false;
  return UNAVAILABLE.includes(failure.code);
}

function offerOf(found: {
  readonly phoneNumber: string;
  readonly isoCountry: string;
  readonly region: string;
  readonly postalCode: string;
  readonly capabilities: { readonly voice: boolean; readonly mms: boolean; readonly sms: boolean };
}): NumberOffer {
  const { voice, mms, sms } = found.capabilities;
  return {
    number: found.phoneNumber,
    country: found.isoCountry,
    region: found.region ?? '',
    postal_code: found.postalCode ?? '',
    features: [
      ...(mms ? (['mms'] as const) : []),
      ...(sms ? (['sms'] as const) : []),
      ...(voice ? (['voice'] as const) : []),
    ],
  };
}
