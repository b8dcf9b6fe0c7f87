import type { Clock } from '../kernel/clock.ts';

/** What waits on the clock until it is told to stop. */
export interface Stoppable {
  readonly world: { readonly clock: Clock };
  readonly stop: AbortSignal;
}

/** The call does something else now, or has ended. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Waits so long, or until `early` fires. Whether the time passed. Throws Interrupted. */
export function pause(at: Stoppable, ms: number, early?: AbortSignal): Promise<boolean> {
  const { stop, world } = at;
  return new Promise((resolve, reject) => {
    if (stop.aborted) return reject(new Interrupted());
    if (early?.aborted === true) return resolve(false);
    const settle = (act: () => void) => (): void => {
      cancel();
      stop.removeEventListener('abort', stopped);
      early?.removeEventListener('abort', cut);
      act();
    };
    const stopped = settle(() => reject(new Interrupted()));
    const cut = settle(() => resolve(false));
    const cancel = world.clock.after(
      ms,
      settle(() => resolve(true)),
    );
    stop.addEventListener('abort', stopped);
    early?.addEventListener('abort', cut);
  });
}

/** Resolves when the promise does; throws Interrupted when the call is stopped before. */
export function unlessStopped<Result>(at: Stoppable, promise: Promise<Result>): Promise<Result> {
  const { stop } = at;
  return new Promise((resolve, reject) => {
    if (stop.aborted) return reject(new Interrupted());
    const stopped = (): void => reject(new Interrupted());
    stop.addEventListener('abort', stopped);
    promise.then(resolve, reject).finally(() => stop.removeEventListener('abort', stopped));
  });
}
