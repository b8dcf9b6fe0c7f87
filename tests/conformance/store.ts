import { describe } from 'node:test';
import type { MakeStore } from './store_bench.ts';
import { describeBooks } from './store_books.ts';
import { describeGroups } from './store_groups.ts';
import { describeKept } from './store_kept.ts';
import { describeAccounts } from './store_accounts.ts';
import { describeArrivals } from './store_arrivals.ts';
import { describeLegs } from './store_legs.ts';
import { describeWork } from './store_work.ts';

/** What every store keeps, whatever engine it stands on. `skip` names what is missing, if so. */
export function describeStore(name: string, make: MakeStore, skip: string | false = false): void {
  describe(`store on ${name}`, { skip }, () => {
    describeLegs(make);
    describeBooks(make);
    describeAccounts(make);
    describeWork(make);
    describeGroups(make);
    describeKept(make);
    describeArrivals(make);
  });
}
