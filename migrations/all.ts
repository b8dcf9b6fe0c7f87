import type { Migration } from '../store/knex/migration.ts';
import { createCalls } from './0001_create_calls.ts';
import { createDeliveries } from './0002_create_deliveries.ts';
import { createBooks } from './0003_create_books.ts';
import { createShelves } from './0004_create_shelves.ts';
import { createSandbox } from './0005_create_sandbox.ts';
import { createGroups } from './0006_create_groups.ts';
import { createNumbers } from './0007_create_numbers.ts';
import { createSandboxNumbers } from './0007_create_sandbox_numbers.ts';
import { createVisits } from './0008_create_visits.ts';
import { indexGroupKinds } from './0008_index_group_kinds.ts';
import { createAgents } from './0009_create_agents.ts';

/** Every migration there is, in order. A new one is added at the end. */
export const MIGRATIONS: readonly Migration[] = [
  createCalls,
  createDeliveries,
  createBooks,
  createShelves,
  createSandbox,
  createGroups,
  createNumbers,
  createSandboxNumbers,
  createVisits,
  indexGroupKinds,
  createAgents,
];
