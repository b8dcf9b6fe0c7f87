import type { Sql } from './sql.ts';
import type { Row } from './statement.ts';

/** A statement that finds what must not be, and how to say so. */
interface Check {
  readonly sql: string;
  readonly says: (row: Row) => string;
}

/** Findings listed per check: enough to see what is wrong, few enough to read. */
const FINDINGS_MAX = 20;

const CHECKS: readonly Check[] = [
  {
    sql:
      'select entry_id, sum(amount_micros) as off from postings ' +
      'group by entry_id having sum(amount_micros) <> 0',
    says: (row) => `entry ${row['entry_id']} is off by ${row['off']} micros`,
  },
  {
    sql:
      'select a.id, a.balance_micros as kept, coalesce(sum(p.amount_micros), 0) as posted ' +
      'from accounts a left join postings p on p.account_id = a.id ' +
      'group by a.id, a.balance_micros ' +
      'having a.balance_micros <> coalesce(sum(p.amount_micros), 0)',
    says: (row) => `account ${row['id']} keeps ${row['kept']} micros, posted ${row['posted']}`,
  },
  {
    sql: 'select id, balance_micros from accounts where balance_micros + credit_limit_micros < 0',
    says: (row) => `account ${row['id']} is at ${row['balance_micros']} micros, past its limit`,
  },
  {
    sql:
      'select b.id, b.amount_micros as billed, f.hold_micros as held from billings b ' +
      'join call_facts f on f.id = b.id where b.amount_micros > f.hold_micros',
    says: (row) => `call ${row['id']} was billed ${row['billed']} micros, held ${row['held']}`,
  },
  {
    sql:
      'select a.id, a.held_micros as kept, coalesce(h.held, 0) as held from accounts a ' +
      'left join (select f.hold_account_id as id, sum(f.hold_micros) as held from call_facts f ' +
      'join calls c on c.id = f.id where c.charged = 0 and f.hold_micros <> 0 ' +
      'group by f.hold_account_id) h on h.id = a.id where a.held_micros <> coalesce(h.held, 0)',
    says: (row) => `account ${row['id']} holds ${row['kept']} micros, its calls ${row['held']}`,
  },
  {
    sql:
      'select c.id from calls c join call_facts f on f.id = c.id ' +
      'where c.live is null and c.charged = 0 and f.hold_micros <> 0',
    says: (row) => `call ${row['id']} has ended and still holds money`,
  },
  {
    sql:
      'select c.id from calls c left join billings b on b.id = c.id ' +
      'where c.live is null and c.answered = 1 and b.id is null',
    says: (row) => `answered call ${row['id']} was never billed`,
  },
  {
    sql:
      'select b.id, b.amount_micros as billed, coalesce(-p.amount_micros, 0) as posted ' +
      'from billings b left join postings p ' +
      "on p.entry_id = concat('charge:', b.id) and p.line = 0 " +
      'where b.amount_micros <> coalesce(-p.amount_micros, 0)',
    says: (row) => `call ${row['id']} was billed ${row['billed']} micros, posted ${row['posted']}`,
  },
  {
    sql:
      'select p.n as charged, b.n as billed from ' +
      "(select count(*) as n from postings where line = 0 and entry_id like 'charge:%') p, " +
      '(select count(*) as n from billings where amount_micros <> 0) b where p.n <> b.n',
    says: (row) => `${row['charged']} entries charge calls, ${row['billed']} calls were billed`,
  },
];

/** Looks for every kind of damage the books can have. Empty when all is well. */
export async function proveBooks(sql: Sql): Promise<string[]> {
  const findings: string[] = [];
  for (const { sql: text, says } of CHECKS) {
    const rows = await sql.rows(`${text} limit ${FINDINGS_MAX}`, []);
    findings.push(...rows.map(says));
  }
  return findings;
}
