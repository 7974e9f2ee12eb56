/** How reports are read: with rights to read and nothing else, for a bounded time, and without sorts an index can spare. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, connectAlone } from '#server/database/connection.ts';
import { DatabasePool } from '#server/database/database.ts';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { LoadedDemo } from '#test/loaded-demo.ts';
import type { ReportScope } from './definition.ts';
import { allReports, findReport } from './registry.ts';
import { estimateRows, seemsLargerThan } from './estimate.ts';
import { inSnapshot, openSnapshot } from './snapshot.ts';
import { selectPart, selectTotals } from './statement.ts';
import { summaryOf } from './summary.ts';

let demo: LoadedDemo;
let pool: DatabasePool;
let scope: ReportScope;
beforeAll(async () => {
  demo = await LoadedDemo.make();
  await demo.client.query('ANALYZE');
  pool = new DatabasePool({ url: demo.database.url, connectionsMax: 2 });
  const { rows } = await pool.pool.query<{ id: string; name: string; from: string; to: string }>(
    `SELECT c.id::text AS id, c.name, min(received_on)::text AS from, max(received_on)::text AS to
       FROM receipt_lines r JOIN companies c ON c.id = r.company_id GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1`,
  );
  const [company] = rows;
  if (!company) throw new Error('the demo has no lines');
  scope = {
    companyId: company.id,
    companyName: company.name,
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    locale: 'en-GB',
    from: company.from,
    to: company.to,
    locationIds: null,
    filters: {},
  };
});
afterAll(async () => {
  await pool.close();
  await demo.drop();
});

describe('the role that reports are read with', () => {
  test('reads every report, and its totals', async () => {
    await inSnapshot(pool, async ({ read }) => {
      expect(await read('SELECT current_user AS name')).toEqual([{ name: 'mathership_reports' }]);
      for (const report of allReports()) {
        const [part] = (await report.parts?.(scope, read)) ?? [report.table(scope)];
        if (part) await read(`${selectPart(report, scope, part)} LIMIT 1`);
        await read(selectTotals(report, scope));
        await summaryOf(report, scope, read);
      }
    });
  });

  test.each(['SELECT * FROM users', 'SELECT * FROM sessions', 'SELECT * FROM export_jobs', 'SELECT * FROM api_keys'])(
    'may not: %s',
    async (statement) => {
      await expect(inSnapshot(pool, ({ read }) => read(statement))).rejects.toMatchObject({ code: '42501' });
    },
  );

  test('writes nothing, and is put down again with the transaction', async () => {
    await expect(inSnapshot(pool, ({ read }) => read('DELETE FROM receipt_lines'))).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|25006)$/),
    });
    await inSnapshot(pool, async () => undefined);
    const { rows } = await pool.pool.query('SELECT current_user = session_user AS same');
    expect(rows).toEqual([{ same: true }]);
  });

  test('a user who may not take it on reads with rights of its own', async () => {
    const other: TestDatabase = await createTestDatabase();
    const admin: Connection = await connectAlone({ url: other.url });
    try {
      // what an operator's own reading user at REPORTS_DATABASE_URL looks like
      const name = `reader_${other.name}`;
      await admin.query(
        `CREATE ROLE ${name}; GRANT SELECT ON receipt_lines TO ${name}; SET SESSION AUTHORIZATION ${name}`,
      );
      const snapshot = await openSnapshot(admin);
      expect(await snapshot.read('SELECT current_user AS name')).toEqual([{ name }]);
      await snapshot.end();
      await admin.query(`RESET SESSION AUTHORIZATION; DROP OWNED BY ${name}; DROP ROLE ${name}`);
    } finally {
      await admin.end();
      await other.drop();
    }
  });
});

describe('time', () => {
  test('a statement of a page that takes too long is ended by the database, and said so', async () => {
    const slow = inSnapshot(pool, async ({ client }) => {
      await client.query(`SET LOCAL statement_timeout = '50ms'`);
      await client.query('SELECT pg_sleep(30)');
    });
    await expect(slow).rejects.toMatchObject({ code: 'report_too_slow' });
  });

  test('every page has a limit, which ends with its transaction', async () => {
    const limit = await inSnapshot(pool, ({ read }) => read('SHOW statement_timeout'));
    expect(limit).toEqual([{ statement_timeout: '1min' }]);
    const { rows } = await pool.pool.query('SHOW statement_timeout');
    expect(rows).toEqual([{ statement_timeout: '0' }]);
  });
});

describe('the rows of a PDF, before it is made', () => {
  const sized = async (type: string) => {
    const definition = findReport(type)!;
    return { definition, scope, estimate: await estimateRows(pool.db, definition, scope) };
  };

  test('more than the limit is seen, at the limit is not', async () => {
    const report = await sized('delivery_location');
    const [found] = await inSnapshot(pool, ({ read }) =>
      read(`SELECT count(*) AS n ${report.definition.table(scope).from}`),
    );
    const rows = Number(found?.['n']);
    expect(await seemsLargerThan(pool.db, report, rows - 1)).toBe(true);
    expect(await seemsLargerThan(pool.db, report, rows)).toBe(false);
  });

  test('a report far below the limit is not counted at all', async () => {
    const { definition } = await sized('item');
    const uncountable = { ...definition, table: () => ({ from: 'FROM nothing_there', order: '1' }) };
    expect(await seemsLargerThan(pool.db, { definition: uncountable, scope, estimate: 900 }, 100_000)).toBe(false);
  });

  test('a count that takes too long is given up: the file is counted when it is made', async () => {
    const { definition } = await sized('item');
    const slow = { ...definition, table: () => ({ from: 'FROM (SELECT pg_sleep(60)) s', order: '1' }) };
    expect(await seemsLargerThan(pool.db, { definition: slow, scope, estimate: 1e9 }, 100_000)).toBe(false);
  });
});

interface PlanNode {
  readonly 'Node Type': string;
  readonly Plans?: readonly PlanNode[];
}
const nodes = (plan: PlanNode): string[] => [plan['Node Type'], ...(plan.Plans ?? []).flatMap(nodes)];

describe('plans', () => {
  test('no part of the Purchase Orders Report is sorted: the index is its order', async () => {
    const report = findReport('delivery_location')!;
    await inSnapshot(pool, async ({ read }) => {
      // a table of a few megabytes is sorted as quickly as it is walked: asked is whether the index can give the order
      await read(`SELECT set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true)`);
      for (const part of (await report.parts?.(scope, read)) ?? []) {
        const [row] = await read(`EXPLAIN (FORMAT JSON) ${selectPart(report, scope, part)}`);
        const plan = nodes(JSON.parse(row?.['QUERY PLAN'] ?? '[]')[0].Plan);
        expect(plan.filter((node) => node.includes('Sort'))).toEqual([]);
        expect(plan).toContain('Index Scan');
      }
    });
  });

  test('the order lines are sorted a stretch of days at a time, never all at once', async () => {
    const report = findReport('order_lines')!;
    await inSnapshot(pool, async ({ read }) => {
      const large = { ...scope, from: '2016-01-01' };
      const parts = (await report.parts?.(large, read)) ?? [];
      expect(parts.length).toBeGreaterThan(0);
      for (const part of parts) {
        const [row] = await read(`EXPLAIN (FORMAT JSON) ${selectPart(report, large, part)}`);
        expect(JSON.parse(row?.['QUERY PLAN'] ?? '[]')[0].Plan['Plan Rows']).toBeLessThan(200_000);
      }
    });
  });
});

test('a snapshot whose connection has gone is the database being away, not a report that cannot be read', async () => {
  const [sharer, joiner] = [
    await connectAlone({ url: demo.database.url }),
    await connectAlone({ url: demo.database.url }),
  ];
  sharer.on('error', () => undefined);
  try {
    const name = await (await openSnapshot(sharer)).share();
    const { rows } = await sharer.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await joiner.query('SELECT pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
    await expect(openSnapshot(joiner, { join: name })).rejects.toMatchObject({ code: 'database_unavailable' });
  } finally {
    await Promise.all([sharer, joiner].map((each) => each.end().catch(() => undefined)));
  }
});
