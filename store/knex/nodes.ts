import type { Instant } from '../../kernel/brand.ts';
import type { NodeStore } from '../nodes.ts';
import { deleting, updating, upsertInto } from './statement.ts';
import type { Shape, Statement, Value } from './statement.ts';
import type { Sql } from './sql.ts';

const BEAT = upsertInto('nodes', ['id', 'tm_beat'], ['tm_beat']);
const BURY = deleting('nodes', 'id = ? and tm_beat < ?');
const TAKE_ORDERS = updating('outbox', 'node = ? where node = ?', 1);
const TAKE_DELIVERIES = updating(
  'deliveries',
  'node = ?, pending_node = ? where pending_node = ?',
  2,
);
const FREE_CLAIMS = updating('claims', "node = '' where node = ? and status is null", 0);
const DEAD = 'select id from nodes where tm_beat < ?';
/** Before every instant: a node that has left is at once anybody's to adopt. */
const LONG_AGO = 0 as Instant;

/** Which nodes are alive. A node beats before it commits anything under its name. */
export function openNodes(sql: Sql): NodeStore {
  return {
    beat: async (node, at) => {
      await sql.commit([plain(BEAT, [node, at])]);
    },
    adopt: async (node, before) => {
      const adopted: string[] = [];
      for (const row of await sql.rows(DEAD, [before])) {
        const dead = String(row['id']);
        // a former life under our own name: what it was asked may be asked again
        if (dead === node) await sql.commit([plain(FREE_CLAIMS, [node])]);
        else if ((await sql.commit(estate(dead, node, before))) === null) adopted.push(dead);
      }
      return adopted;
    },
    leave: async (node) => {
      await sql.commit([plain(BEAT, [node, LONG_AGO])]);
    },
  };
}

/** Whoever removes the dead node's row takes everything it left; the others take nothing. */
function estate(dead: string, node: string, before: Instant): Statement[] {
  return [
    { shape: BURY, args: [dead, before], otherwise: { refuse: 'taken' } },
    plain(TAKE_ORDERS, [node, dead]),
    plain(TAKE_DELIVERIES, [node, node, dead]),
    plain(FREE_CLAIMS, [dead]),
  ];
}

function plain(shape: Shape, args: readonly Value[]): Statement {
  return { shape, args, otherwise: null };
}
