import type { Migration } from '../store/knex/migration.ts';

/**
 * Calls held together: groupcalls, conferences and their like, of every kind in one table, and what
 * such a group keeps count of, one row each.
 */
export const createGroups: Migration = {
  name: '0006_create_groups',
  home: 'main',
  changes: [
    {
      table: 'call_groups',
      rows: 'wide',
      key: ['id'],
      columns: {
        id: 'uuid',
        kind: 'word',
        customer_id: 'uuid',
        parent_id: 'uuid?',
        reference_id: 'uuid?',
        version: 'int',
        status: 'word',
        // 1 while anything can still happen to it, null afterwards
        live: 'int?',
        wake_at: 'int?',
        tm_create: 'int',
        tm_delete: 'int?',
        doc: 'doc',
      },
    },
    {
      index: 'call_groups_wake',
      on: 'call_groups',
      columns: ['wake_at'],
      only: 'wake_at is not null',
    },
    { index: 'call_groups_list', on: 'call_groups', columns: ['customer_id', 'kind', 'tm_create'] },
    { index: 'call_groups_parent', on: 'call_groups', columns: ['parent_id'] },
    { index: 'call_groups_reference', on: 'call_groups', columns: ['reference_id'] },
    {
      table: 'group_members',
      rows: 'wide',
      key: ['id'],
      columns: {
        id: 'uuid',
        group_id: 'uuid',
        kind: 'word',
        customer_id: 'uuid',
        call_id: 'uuid?',
        status: 'word',
        tm_create: 'int',
        tm_update: 'int',
        doc: 'doc',
      },
    },
    {
      index: 'group_members_list',
      on: 'group_members',
      columns: ['customer_id', 'kind', 'tm_create'],
    },
    { index: 'group_members_group', on: 'group_members', columns: ['group_id', 'tm_create'] },
    { index: 'group_members_call', on: 'group_members', columns: ['call_id'] },
  ],
};
