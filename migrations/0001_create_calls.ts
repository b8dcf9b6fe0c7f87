import type { Migration } from '../store/knex/migration.ts';

/**
 * A call lies in three rows: what changes with every event (calls), what never changes (call_facts)
 * and the flow it drives (runs), so that a step rewrites as few bytes as it can.
 */
export const createCalls: Migration = {
  name: '0001_create_calls',
  home: 'main',
  changes: [
    {
      table: 'calls',
      rows: 'wide',
      key: ['id'],
      columns: {
        id: 'uuid',
        version: 'int',
        status: 'word',
        wake_at: 'int?',
        // 1 while the call lives, null afterwards: what is counted and swept
        live: 'int?',
        answered: 'int',
        // 1 once the hold has been released
        charged: 'int',
        doc: 'doc',
      },
    },
    { index: 'calls_wake', on: 'calls', columns: ['wake_at'], only: 'wake_at is not null' },
    { index: 'calls_live', on: 'calls', columns: ['live'], only: 'live is not null' },
    {
      table: 'call_facts',
      rows: 'wide',
      key: ['id'],
      columns: {
        id: 'uuid',
        customer_id: 'uuid',
        account_id: 'uuid',
        activeflow_id: 'uuid',
        master_call_id: 'uuid?',
        direction: 'word',
        source: 'text',
        destination: 'text',
        hold_account_id: 'uuid?',
        hold_micros: 'int',
        tm_create: 'int',
        doc: 'doc',
        program: 'doc',
      },
    },
    { index: 'call_facts_list', on: 'call_facts', columns: ['customer_id', 'tm_create', 'id'] },
    { index: 'call_facts_run', on: 'call_facts', columns: ['activeflow_id'] },
    {
      table: 'runs',
      rows: 'wide',
      key: ['call_id'],
      columns: { call_id: 'uuid', doc: 'doc' },
    },
    {
      table: 'events',
      rows: 'wide',
      key: ['subject_id', 'id'],
      columns: {
        subject_id: 'uuid',
        id: 'key',
        customer_id: 'uuid',
        n: 'int',
        at: 'int',
        type: 'word',
        fact: 'doc',
        notices: 'doc?',
      },
    },
    // by instant first: then it grows at its end alone, however many customers there are
    { index: 'events_stream', on: 'events', columns: ['at', 'customer_id'] },
    {
      table: 'outbox',
      rows: 'narrow',
      key: ['call_id', 'id'],
      columns: {
        call_id: 'uuid',
        id: 'key',
        customer_id: 'uuid',
        node: 'uuid',
        at: 'int',
        doc: 'doc',
      },
    },
    {
      table: 'attempts',
      rows: 'narrow',
      key: ['id'],
      columns: {
        id: 'uuid',
        call_id: 'uuid',
        customer_id: 'uuid',
        provider_id: 'uuid',
        number: 'int',
        status: 'word',
        cause: 'word?',
        sip_code: 'int?',
        q850: 'int?',
        tm_create: 'int',
        tm_ringing: 'int?',
        tm_answer: 'int?',
        tm_end: 'int?',
      },
    },
  ],
};
