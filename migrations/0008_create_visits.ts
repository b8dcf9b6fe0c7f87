import type { Migration } from '../store/knex/migration.ts';

/** Who was ever in which room of the sandbox: recordings hear them all. */
export const createVisits: Migration = {
  name: '0008_create_visits',
  home: 'sandbox',
  changes: [
    {
      table: 'sandbox_visits',
      rows: 'narrow',
      key: ['room_id', 'attempt_id'],
      columns: { room_id: 'uuid', attempt_id: 'uuid' },
    },
  ],
};
