import { lookup as resolve } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Guard } from './guard.ts';

type Answer = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;
/** Asks the resolver for every address of a host. A parameter so that tests can lie. */
export type Resolve = (host: string, options: LookupOptions, answer: Answer) => void;

/** Every address a host has is one we do not send to. */
export class BlockedAddress extends Error {
  override readonly name = 'BlockedAddress';
}

const RESOLVE: Resolve = (host, options, answer) =>
  resolve(host, { ...options, all: true }, answer);

/**
 * A `lookup` for sockets that hides closed addresses. What it answers is what is connected to, so a
 * name that resolves differently a moment later (DNS rebinding) gains nothing.
 */
export function guardedLookup(guard: Guard, ask: Resolve = RESOLVE): LookupFunction {
  return (host, options, answer) => {
    ask(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return answer(error, []);
      const open = addresses.filter((each) => guard.blocks(each.address) === null);
      const [first] = open;
      if (first === undefined)
        return answer(new BlockedAddress(whyNot(guard, host, addresses)), []);
      if (options.all === true) return answer(null, open);
      answer(null, first.address, first.family);
    });
  };
}

function whyNot(guard: Guard, host: string, addresses: readonly LookupAddress[]): string {
  const reasons = new Set(addresses.map((each) => guard.blocks(each.address)));
  return `${host} resolves to ${[...reasons].join(', ') || 'no address'}`;
}
