import type { Migration } from '../store/knex/migration.ts';

/** The numbers that are in service on the sandbox network, and at which account. */
export const createSandboxNumbers: Migration = {
  name: '0007_create_sandbox_numbers',
  home: 'sandbox',
  changes: [
    {
      table: 'sandbox_numbers',
      rows: 'narrow',
      key: ['number'],
      columns: { number: 'word', provider_id: 'uuid', tm_create: 'int' },
    },
    { index: 'sandbox_numbers_of', on: 'sandbox_numbers', columns: ['provider_id'] },
  ],
};
