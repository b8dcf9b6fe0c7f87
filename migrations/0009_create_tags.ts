import type { Migration } from '../store/knex/migration.ts';

/** Labels by which queues find their agents. */
export const createTags: Migration = {
  name: '0009_create_tags',
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
  ],
};
