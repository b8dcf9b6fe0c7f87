import type { Job, Lanes, Line } from './lanes.ts';

/** Takes what was just committed into memory, as far as there is room and nothing comes before. */
export class Intake {
  readonly #lanes: Lanes;
  readonly #read: (line: Line) => void;

  constructor(lanes: Lanes, read: (line: Line) => void) {
    this.#lanes = lanes;
    this.#read = read;
  }

  /** `fresh`: earlier deliveries of its line may wait in SQL, on whichever node. */
  admit(job: Job, fresh: boolean): void {
    const { row } = job;
    const lane = this.#lanes.laneOf(row.endpoint_id);
    const known = lane.lines.get(row.order_key);
    if (known !== undefined && known.state !== 'ended') return this.#join(known, job);
    if (known === undefined && !this.#lanes.mayAdmit(lane)) return this.#lanes.spill(lane);
    const line = known ?? this.#lanes.open(lane, row.order_key);
    this.#lanes.push(line, job);
    // Something earlier may wait in SQL only: for another node, or because memory was full.
    if (line.more || (row.sequence > 1 && (fresh || lane.spilled))) this.#read(line);
    else this.#lanes.makeReady(line);
  }

  #join(line: Line, job: Job): void {
    const last = line.jobs.at(-1);
    if (last?.row.id === job.row.id) return;
    // A gap may be a notice this endpoint does not want, or one that is in SQL only.
    const follows = last !== undefined && job.row.sequence === last.row.sequence + 1;
    if (line.more || !follows || !this.#lanes.hasRoom(line.lane)) line.more = true;
    else this.#lanes.push(line, job);
  }
}
