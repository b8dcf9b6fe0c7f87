import type { Migration } from '../store/knex/migration.ts';

/** Webhook deliveries, claims of idempotency keys, and the nodes that work on both. */
export const createDeliveries: Migration = {
  name: '0002_create_deliveries',
  home: 'main',
  changes: [
    {
      table: 'deliveries',
      rows: 'narrow',
      key: ['id'],
      columns: {
        id: 'uuid',
        endpoint_id: 'uuid',
        customer_id: 'uuid',
        order_key: 'key',
        sequence: 'int',
        subject_id: 'uuid',
        event_id: 'key',
        notice_id: 'key',
        notice_type: 'word',
        status: 'word',
        tries: 'doc',
        next_at: 'int?',
        node: 'uuid',
        // the node while the delivery is pending, null afterwards: what a sweep has to read
        pending_node: 'uuid?',
        tm_create: 'int',
      },
    },
    { index: 'deliveries_list', on: 'deliveries', columns: ['customer_id', 'tm_create'] },
    {
      index: 'deliveries_pending',
      on: 'deliveries',
      // in the order they are gone on with: a long backlog is read page by page
      columns: ['pending_node', 'endpoint_id', 'order_key', 'sequence'],
      only: 'pending_node is not null',
    },
    {
      table: 'claims',
      rows: 'wide',
      key: ['id'],
      columns: {
        // SHA-256 of the key, in hex: keys are long and may hold anything
        id: 'uuid',
        fingerprint: 'text',
        // '' once the claiming node is known to be dead
        node: 'uuid',
        status: 'int?',
        body: 'doc?',
        tm_create: 'int',
      },
    },
    { index: 'claims_age', on: 'claims', columns: ['tm_create'] },
    {
      table: 'nodes',
      rows: 'narrow',
      key: ['id'],
      columns: { id: 'uuid', tm_beat: 'int' },
    },
  ],
};
