import type { Address } from '../kernel/address.ts';
import type { Scene } from './action.ts';

/**
 * Who a leg that an action places comes from: the address written, else our own side of the call,
 * which is the number the caller dialled, or the one we called from.
 */
export function sourceOf(written: Address | undefined, scene: Scene): Address {
  if (written !== undefined) return written;
  return scene.direction === 'incoming' ? scene.destination : scene.source;
}
