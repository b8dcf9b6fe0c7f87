import type { Address } from '../kernel/address.ts';
import type { Placing, Scene } from './action.ts';

/**
 * Who a leg that an action places comes from: the address written, else our own side of the call,
 * which is the number the caller dialled, or the one we called from.
 */
export function sourceOf(written: Address | undefined, scene: Scene): Address {
  if (written !== undefined) return written;
  return scene.direction === 'incoming' ? scene.destination : scene.source;
}

/** The legs an action places with each of its destinations, as an outlook tells them. */
export function placesOf(destinations: readonly Address[]): readonly Placing[] {
  return destinations.map((destination, index) => ({
    pointer: `/destinations/${index}`,
    destination,
  }));
}
