/**
 * How much of a frequency is in a sound (Goertzel's algorithm): one filter a frequency, where a
 * whole spectrum would cost more and say no more.
 */
export function energyAt(samples: Int16Array, hz: number, rate: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let before = 0;
  let last = 0;
  for (const sample of samples) {
    const next = sample + factor * last - before;
    before = last;
    last = next;
  }
  return before * before + last * last - factor * before * last;
}

/** The part of all energy that lies at a frequency: 1 for a pure tone of it, 0 for silence. */
export function shareAt(samples: Int16Array, hz: number, rate: number): number {
  const whole = samples.reduce((sum, sample) => sum + sample * sample, 0);
  if (whole === 0) return 0;
  return Math.min(1, (2 * energyAt(samples, hz, rate)) / (whole * samples.length));
}
