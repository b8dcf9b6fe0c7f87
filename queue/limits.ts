import type { Topic } from './queue.ts';

/** How many keys of a topic one node works on at once. */
export const RUNNING_MAX: Readonly<Record<Topic, number>> = {
  // About as many steps as one group commit gathers; more would wait in memory for the disk.
  call: 64,
  // Each may hold a socket to a customer's server for as long as that server likes.
  delivery: 64,
  endpoint: 64,
};

/** Every topic there is. */
export const TOPICS = Object.keys(RUNNING_MAX) as Topic[];
