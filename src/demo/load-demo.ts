/**
 * The demo company group into a database, streamed through COPY in one transaction: all of it or nothing. The same
 * seed, day and sizes give the same rows, byte for byte, on a database in the same state.
 */
import { setImmediate } from 'node:timers/promises';
import { addDays, dayIn } from '#contract/calendar.ts';
import { copyInto } from '#server/database/copy-in.ts';
import { type Connection, connectAlone } from '#server/database/connection.ts';
import { demoAccounts } from './accounts.ts';
import { type CompanyProfile, groupCompanies, organizationName } from './companies.ts';
import { BulkLoad } from './bulk-load.ts';
import { closeDemoMonths } from './closings.ts';
import { fleetCompany, fleetSitesMax, fleetSize } from './fleet.ts';
import { dayNumber, dayText } from './local-days.ts';
import { Rows, tableColumns } from './rows.ts';
import { simulateCompany } from './simulation.ts';

const defaultMonths = 18;
/** Characters that may wait before they are stored: some thousand lines of orders with what belongs to them. */
const waitingMax = 4 * 1024 * 1024;

export interface DemoProgress {
  /** What is being made, in words for a person. */
  readonly step: string;
  /** Days. */
  readonly done: number;
  readonly total: number;
}

export interface DemoOptions {
  readonly url: string;
  /** 1 unless given. */
  readonly seed?: number;
  /** YYYY-MM-DD; the data end the day before. The present day in Berlin unless given. */
  readonly today?: string;
  /** Kitchens of a fourth, large company; 1 to 400. */
  readonly sites?: number;
  /** How far the data go back: 18 for the group, whatever `scale` takes for the large company. */
  readonly months?: number;
  /** Receipt lines the large company should have, about: scale mode. Its stock movements are left out. */
  readonly scale?: number;
  readonly onProgress?: (progress: DemoProgress) => void;
  /** What is stored for the accounts' password. */
  readonly passwordHash: string;
}

export interface DemoResult {
  readonly organizationId: string;
  readonly companies: { readonly id: string; readonly name: string }[];
  readonly receiptLines: number;
  readonly stockMovements: number;
  readonly seconds: number;
}

/** @throws Error if the organization is already there, or `sites` is out of range; nothing is stored then */
export async function loadDemo(options: DemoOptions): Promise<DemoResult> {
  const started = performance.now();
  const plans = plansOf(options);
  const client = await connectAlone({ url: options.url, applicationName: 'mathership demo' });
  try {
    await client.query('BEGIN');
    const loaded = await loadPlans(client, options, plans);
    await client.query('COMMIT');
    return { ...loaded, seconds: (performance.now() - started) / 1000 };
  } finally {
    // an unfinished transaction ends with its connection
    await client.end();
  }
}

interface Plan {
  readonly profile: CompanyProfile;
  /** Day numbers. */
  readonly first: number;
  readonly last: number;
  readonly writesStock: boolean;
}

function plansOf(options: DemoOptions): Plan[] {
  const today = options.today ?? dayIn('Europe/Berlin');
  const last = dayNumber(addDays(today, -1));
  const plan = (profile: CompanyProfile, months: number, writesStock: boolean): Plan => ({
    profile,
    first: monthsBefore(today, months),
    last,
    writesStock,
  });
  const plans = groupCompanies.map((profile) => plan(profile, options.months ?? defaultMonths, true));
  if (options.scale === undefined && options.sites === undefined) return plans;
  const { scale, sites: given } = options;
  if (given !== undefined && !(given >= 1 && given <= fleetSitesMax)) {
    throw new Error(`A company of the demo has 1 to ${fleetSitesMax} sites, not ${given}.`);
  }
  const size =
    scale === undefined ? { sites: given ?? 1, months: options.months ?? defaultMonths } : fleetSize(scale, given);
  return [...plans, plan(fleetCompany(size.sites, options.seed ?? 1), size.months, false)];
}

function monthsBefore(day: string, months: number): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const lastOfMonth = new Date(Date.UTC(year, month - months, 0)).getUTCDate();
  return Date.UTC(year, month - 1 - months, Math.min(date, lastOfMonth)) / 86_400_000;
}

async function loadPlans(
  client: Connection,
  options: DemoOptions,
  plans: readonly Plan[],
): Promise<Omit<DemoResult, 'seconds'>> {
  const bulk = await BulkLoad.begin(client);
  const present = await client.query('SELECT 1 FROM organizations WHERE name = $1', [organizationName]);
  if (present.rowCount) throw new Error(`The organization "${organizationName}" is already in this database.`);
  const since = `${dayText(Math.min(...plans.map((plan) => plan.first)) - 1)} 08:00:00+00`;
  const organizationId = await insertOne(
    client,
    'INSERT INTO organizations (name, created_at) VALUES ($1, $2) RETURNING id',
    [organizationName, since],
  );
  const userIds = await insertPeople(client, organizationId, since, options.passwordHash);
  const rows = new Rows(bulk.lastIds);
  const companies: { id: string; name: string }[] = [];
  for (const plan of plans) {
    const { profile, first, last } = plan;
    const id = await insertOne(
      client,
      `INSERT INTO companies (organization_id, name, currency, time_zone, locale, created_at)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
      [organizationId, profile.name, profile.currency, profile.timeZone, profile.locale, since],
    );
    companies.push({ id, name: profile.name });
    for (const [index, account] of demoAccounts.entries()) {
      await client.query(
        'INSERT INTO company_members (company_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)',
        [id, userIds[index], account.companyRole, since],
      );
    }
    const simulation = { companyId: Number(id), profile, period: { first, last }, seed: options.seed ?? 1, rows };
    let storing = Promise.resolve();
    for (const { day } of simulateCompany({ ...simulation, writesStock: plan.writesStock })) {
      if (rows.waiting > waitingMax) {
        await storing;
        storing = store(client, rows, bulk.fresh);
        // awaited above or below; until then a failure is not an unhandled one
        storing.catch(() => undefined);
      }
      options.onProgress?.({ step: profile.name, done: day - first + 1, total: last - first + 1 });
      // the next days are made while the last ones are on their way to the server
      await setImmediate();
    }
    await storing;
    await store(client, rows, bulk.fresh);
  }
  await bulk.finish(rows.lastIds);
  // the companies are new: all there is is of their first version
  await client.query(
    `INSERT INTO data_versions (company_id, version, source_kind) SELECT unnest($1::bigint[]), 1, 'import'`,
    [companies.map(({ id }) => id)],
  );
  const finance = userIds[demoAccounts.findIndex(({ companyRole }) => companyRole === 'finance')];
  if (finance !== undefined) {
    await closeDemoMonths(client, companies, { today: options.today ?? dayIn('Europe/Berlin'), userId: finance });
  }
  return {
    organizationId,
    companies,
    receiptLines: rows.made.receipt_lines,
    stockMovements: rows.made.stock_movements,
  };
}

async function store(client: Connection, rows: Rows, freeze: boolean): Promise<void> {
  for (const [table, pieces] of rows.take()) {
    await copyInto(client, table, tableColumns[table], pieces, { freeze });
  }
}

async function insertOne(client: Connection, statement: string, values: unknown[]): Promise<string> {
  const { rows } = await client.query<{ id: string }>(statement, values);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the database gave no id');
  return id;
}

/** @returns users.id in the order of `demoAccounts`; an e-mail address that is already known keeps its password */
async function insertPeople(
  client: Connection,
  organizationId: string,
  since: string,
  passwordHash: string,
): Promise<string[]> {
  const ids: string[] = [];
  for (const account of demoAccounts) {
    const userId = await insertOne(
      client,
      `INSERT INTO users (email, name, password_hash, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (email) WHERE home_organization_id IS NULL DO UPDATE SET email = excluded.email RETURNING id`,
      [account.email, account.name, passwordHash, since],
    );
    await client.query(
      'INSERT INTO organization_members (organization_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)',
      [organizationId, userId, account.organizationRole, since],
    );
    ids.push(userId);
  }
  return ids;
}
