import type { Migration } from '../store/knex/migration.ts';

/** Money: accounts, append-only postings, and what each answered leg cost. */
export const createBooks: Migration = {
  name: '0003_create_books',
  home: 'main',
  changes: [
    {
      table: 'accounts',
      rows: 'narrow',
      key: ['id'],
      columns: {
        id: 'uuid',
        customer_id: 'uuid',
        name: 'text',
        detail: 'text',
        currency: 'word',
        balance_micros: 'int',
        held_micros: 'int',
        credit_limit_micros: 'int',
        tm_create: 'int',
        tm_update: 'int',
        tm_delete: 'int?',
      },
    },
    {
      // an entry is its lines: the first one, by its key, makes the entry happen once
      table: 'postings',
      rows: 'narrow',
      key: ['entry_id', 'line'],
      columns: {
        entry_id: 'key',
        line: 'int',
        book: 'word',
        account_id: 'uuid?',
        amount_micros: 'int',
        currency: 'word',
        at: 'int',
        detail: 'text',
      },
    },
    {
      index: 'postings_account',
      on: 'postings',
      columns: ['account_id', 'at'],
      only: 'account_id is not null',
    },
    {
      table: 'billings',
      rows: 'narrow',
      key: ['id'],
      columns: {
        id: 'uuid',
        customer_id: 'uuid',
        account_id: 'uuid',
        call_id: 'uuid',
        reference_type: 'word',
        talk_ms: 'int',
        billed_s: 'int',
        amount_micros: 'int',
        price: 'doc?',
        provider_id: 'uuid?',
        tm_billing_start: 'int',
        tm_billing_end: 'int',
        tm_create: 'int',
        tm_update: 'int',
        tm_delete: 'int?',
      },
    },
    { index: 'billings_list', on: 'billings', columns: ['customer_id', 'tm_create'] },
  ],
};
