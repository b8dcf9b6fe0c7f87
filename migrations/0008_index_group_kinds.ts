import type { Migration } from '../store/knex/migration.ts';

/** Groups of one kind by age, whosever they are: recordings are thrown away when they are old. */
export const indexGroupKinds: Migration = {
  name: '0008_index_group_kinds',
  home: 'main',
  changes: [{ index: 'call_groups_kind', on: 'call_groups', columns: ['kind', 'tm_create'] }],
};
