import type { OperationId } from './contract.ts';
import type { OpenId } from './open_operations.ts';
import type { Serve } from './operation.ts';
import * as accesskeys from './routes/accesskeys.ts';
import * as activeflows from './routes/activeflows.ts';
import * as agents from './routes/agents.ts';
import * as billing from './routes/billing.ts';
import * as calls from './routes/calls.ts';
import * as calls_control from './routes/calls_control.ts';
import * as conferencecalls from './routes/conferencecalls.ts';
import * as conferences from './routes/conferences.ts';
import * as customers from './routes/customers.ts';
import * as events from './routes/events.ts';
import * as groupcalls from './routes/groupcalls.ts';
import * as flows from './routes/flows.ts';
import * as inbound from './routes/inbound.ts';
import * as numbers from './routes/numbers.ts';
import * as providers from './routes/providers.ts';
import * as recordings from './routes/recordings.ts';
import * as queuecalls from './routes/queuecalls.ts';
import * as queues from './routes/queues.ts';
import * as routes from './routes/routes.ts';
import * as tags from './routes/tags.ts';
import * as test_incoming from './routes/test_incoming.ts';
import * as test_tools from './routes/test_tools.ts';
import * as transfers from './routes/transfers.ts';
import * as webhook_deliveries from './routes/webhook_deliveries.ts';
import * as webhook_endpoints from './routes/webhook_endpoints.ts';

/**
 * Every operation of the contract that asks for a key, and the function that serves it: one the
 * contract has and no folder serves does not compile, nor does one the contract lacks.
 */
export const SERVED: {
  readonly [Id in Exclude<OperationId, OpenId>]: Serve<Id>;
} = {
  ...accesskeys,
  ...activeflows,
  ...agents,
  ...billing,
  ...calls,
  ...calls_control,
  ...conferencecalls,
  ...conferences,
  ...customers,
  ...events,
  ...flows,
  ...groupcalls,
  ...inbound,
  ...numbers,
  ...providers,
  ...recordings,
  ...queuecalls,
  ...queues,
  ...routes,
  ...tags,
  ...test_incoming,
  ...test_tools,
  ...transfers,
  ...webhook_deliveries,
  ...webhook_endpoints,
};
