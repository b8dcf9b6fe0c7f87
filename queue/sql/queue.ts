import type { Clock } from '../../kernel/clock.ts';
import type { Complain, Queue, Topic } from '../queue.ts';
import { RUNNING_MAX } from '../limits.ts';
import { News } from '../news.ts';
import { Lane } from './lane.ts';

/**
 * The queue of a single process. It keeps nothing on disk: SQL says what is due, and the sweepers
 * that read it make good what a restart forgot. A key is never worked on twice at the same time;
 * a wake during the work is answered once more after it.
 */
export function openLocalQueue(clock: Clock, complain: Complain = console.error): Queue {
  const laneOf = (topic: Topic): Lane =>
    new Lane({
      clock,
      running_max: RUNNING_MAX[topic],
      complain: (error) => {
        complain(error, `the worker of topic ${topic}`);
      },
    });
  const lanes: Readonly<Record<Topic, Lane>> = {
    call: laneOf('call'),
    delivery: laneOf('delivery'),
    endpoint: laneOf('endpoint'),
  };
  const news = new News(complain);
  return {
    wake: (topic, key, at) => {
      lanes[topic].wake(key, at);
    },
    work: (topic, worker) => {
      lanes[topic].work(worker);
    },
    publish: (channel, message) => {
      news.tell(channel, message);
    },
    subscribe: (channel, hear) => news.subscribe(channel, hear),
    isReady: () => true,
    close: async () => {
      await Promise.all(Object.values(lanes).map((lane) => lane.close()));
    },
  };
}
