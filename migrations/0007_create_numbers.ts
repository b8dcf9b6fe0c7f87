import type { Migration } from '../store/knex/migration.ts';

const DATED = { tm_create: 'int', tm_update: 'int', tm_delete: 'int?' } as const;

/** Numbers, who may call them, and the calls that were turned away. */
export const createNumbers: Migration = {
  name: '0007_create_numbers',
  home: 'main',
  changes: [
    {
      table: 'numbers',
      rows: 'wide',
      key: ['id'],
      columns: {
        id: 'uuid',
        customer_id: 'uuid',
        provider_id: 'uuid',
        number: 'word',
        held_number: 'word?',
        name: 'text',
        detail: 'doc',
        status: 'word',
        call_flow_id: 'uuid?',
        message_flow_id: 'uuid?',
        t38_enabled: 'int',
        emergency_enabled: 'int',
        own: 'int',
        monthly_micros: 'int',
        price: 'doc',
        tm_purchase: 'int',
        tm_renew: 'int',
        ...DATED,
      },
    },
    // one number has one holder, whoever asks for it where; those given up hold none
    { index: 'numbers_held', on: 'numbers', columns: ['held_number'], unique: true },
    { index: 'numbers_list', on: 'numbers', columns: ['customer_id', 'tm_create'] },
    { index: 'numbers_due', on: 'numbers', columns: ['status', 'tm_renew'] },
    // what numbers of a provider cost; null: they are not for sale
    { sql: 'alter table providers add column number_terms text' },
    {
      table: 'caller_rules',
      rows: 'wide',
      key: ['id'],
      columns: {
        id: 'uuid',
        customer_id: 'uuid',
        action: 'word',
        pattern: 'text',
        detail: 'doc',
        ...DATED,
      },
    },
    { index: 'caller_rules_list', on: 'caller_rules', columns: ['customer_id', 'tm_create'] },
    {
      table: 'inbound_configs',
      rows: 'narrow',
      key: ['id'],
      columns: {
        id: 'uuid',
        customer_id: 'uuid',
        verification: 'word',
        own_number: 'word',
        parallel_max: 'int',
        ...DATED,
      },
    },
    {
      // a row for every live call that came in, and for those of our own that will come in again
      table: 'live_ways',
      rows: 'narrow',
      key: ['call_id'],
      columns: {
        call_id: 'uuid',
        source: 'key',
        destination: 'key',
        direction: 'word',
        hops: 'int',
      },
    },
    {
      index: 'live_ways_way',
      on: 'live_ways',
      columns: ['destination', 'direction', 'source'],
    },
    {
      table: 'refused_calls',
      rows: 'narrow',
      key: ['id'],
      columns: {
        id: 'uuid',
        customer_id: 'uuid',
        provider_id: 'uuid',
        source: 'key',
        destination: 'key',
        reason: 'word',
        sip_code: 'int',
        q850: 'int',
        leg_ref: 'key',
        count: 'int',
        tm_create: 'int',
        tm_update: 'int',
      },
    },
    { index: 'refused_calls_list', on: 'refused_calls', columns: ['customer_id', 'tm_create'] },
    { index: 'refused_calls_old', on: 'refused_calls', columns: ['tm_update'] },
  ],
};
