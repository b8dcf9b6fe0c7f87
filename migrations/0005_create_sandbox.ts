import type { Migration } from '../store/knex/migration.ts';

/** The sandbox network's own memory, apart from ours: what it was asked to dial. */
export const createSandbox: Migration = {
  name: '0005_create_sandbox',
  home: 'sandbox',
  changes: [
    {
      table: 'sandbox_legs',
      rows: 'wide',
      key: ['attempt_id'],
      columns: {
        attempt_id: 'uuid',
        leg_ref: 'key',
        provider_id: 'uuid',
        provider_name: 'text',
        call_id: 'uuid',
        customer_id: 'uuid?',
        source: 'text',
        destination: 'text',
        outcome: 'text',
        dial_count: 'int',
        script: 'doc',
        notice_url: 'doc',
        tm_dial: 'int',
        tm_ringing: 'int?',
        tm_answer: 'int?',
        tm_end: 'int?',
        final_code: 'int?',
        next_at: 'int?',
      },
    },
    {
      index: 'sandbox_legs_due',
      on: 'sandbox_legs',
      columns: ['next_at'],
      only: 'next_at is not null',
    },
    { index: 'sandbox_legs_call', on: 'sandbox_legs', columns: ['call_id'] },
    { index: 'sandbox_legs_list', on: 'sandbox_legs', columns: ['tm_dial'] },
  ],
};
