import type { Migration } from '../store/knex/migration.ts';

/** Agents are groups of calls; besides, they have tags, and names that are theirs alone. */
export const createAgents: Migration = {
  name: '0009_create_agents',
  home: 'main',
  changes: [
    {
      table: 'tags',
      rows: 'wide',
      key: ['id'],
      columns: {
        id: 'uuid',
        customer_id: 'uuid',
        name: 'text',
        detail: 'doc',
        tm_create: 'int',
        tm_update: 'int',
        tm_delete: 'int?',
      },
    },
    { index: 'tags_list', on: 'tags', columns: ['customer_id', 'tm_create'] },
    {
      table: 'group_names',
      rows: 'narrow',
      key: ['customer_id', 'kind', 'name'],
      columns: { customer_id: 'uuid', kind: 'word', name: 'key', group_id: 'uuid' },
    },
  ],
};
