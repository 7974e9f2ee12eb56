/**
 * Saved reports: kept questions of one person, or of the company when shared. What is kept is judged as if it were asked
 * now, and an export made of it keeps the question as it was resolved then.
 */
import { sql } from 'kysely';
import { dayIn } from '#contract/calendar.ts';
import { ProductError, invalidField } from '#contract/errors.ts';
import type { ComparedTo, DateBasis, FileFormat, ReportType } from '#contract/reports.ts';
import { daysOf, type SavedPeriod, type SavedReport } from '#contract/saved-reports.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import {
  asId,
  type CompanyAccess,
  type FinancialView,
  type Principal,
  requireCapability,
} from '#server/access/decide.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { readPage, type PageOf } from '#server/http/pages.ts';
import { isIdList } from '#server/reports/id-lists.ts';
import { findReport } from '#server/reports/registry.ts';
import { parseFilters, resolveScope } from '#server/reports/scope.ts';
import type { ExportQuestion } from './plan.ts';

/** What is kept, as it was asked: nothing of it has been looked at but its shape. */
export interface SavedQuestion {
  readonly name: string;
  readonly report_type: ReportType;
  readonly filters: Readonly<Record<string, unknown>>;
  readonly columns: readonly string[] | null;
  readonly ordering: string | null;
  readonly period: SavedPeriod;
  readonly file_format: FileFormat;
  readonly options: {
    readonly csv_dialect?: 'systems' | 'spreadsheets' | undefined;
    readonly compare_to?: ComparedTo | undefined;
    readonly date_basis?: DateBasis | undefined;
  };
  readonly is_shared: boolean;
}

/** Those of the company that this person may see: their own, and what is shared. */
const seenBy = (db: Queryable, userId: string | null) =>
  db
    .selectFrom('saved_reports as s')
    .innerJoin('users as u', 'u.id', 's.created_by')
    .selectAll('s')
    .select('u.name as created_by_name')
    .where((on) => on.or([on('s.is_shared', '=', true), on('s.created_by', '=', userId ?? '0')]));

type Row = Awaited<ReturnType<ReturnType<typeof seenBy>['executeTakeFirstOrThrow']>>;

const viewOfSaved = (row: Row): SavedReport => ({
  id: row.id,
  company_id: row.company_id,
  name: row.name,
  report_type: row.report_type,
  filters: row.filters,
  columns: row.columns,
  ordering: row.ordering,
  period: row.period,
  file_format: row.file_format,
  options: row.options,
  is_shared: row.is_shared,
  created_by: { id: row.created_by, name: row.created_by_name },
  created_at: row.created_at,
  updated_at: row.updated_at,
});

export const listSaved = (db: Database, view: FinancialView, page: PageOf & { report_type?: string | undefined }) =>
  readPage(
    db,
    page,
    (tx) =>
      seenBy(tx, view.principal.userId)
        .where('s.company_id', '=', view.company.id)
        .$if(page.report_type !== undefined, (query) =>
          query.where('s.report_type', '=', page.report_type as ReportType),
        )
        .orderBy(sql`lower(s.name)`)
        .orderBy('s.id'),
    (rows) => rows.map(viewOfSaved),
  );

const gone = (): ProductError => new ProductError('access_denied', 'You have access to no saved report by this id.');

/** @throws ProductError access_denied for what is not there, and for what is somebody else's. */
export async function readSaved(db: Queryable, view: FinancialView, id: unknown): Promise<SavedReport> {
  const row = await seenBy(db, view.principal.userId)
    .where('s.company_id', '=', view.company.id)
    .where('s.id', '=', asId(id) ?? '0')
    .executeTakeFirst();
  if (!row) throw gone();
  return viewOfSaved(row);
}

/** @throws ProductError invalid_input, naming the field. */
async function judged(db: Queryable, company: CompanyAccess, question: SavedQuestion): Promise<SavedQuestion> {
  const definition = findReport(question.report_type);
  if (!definition) throw invalidField('report_type', `${question.report_type} is not offered`);
  const { from, to } = daysOf(question.period, dayIn(company.timeZone));
  const scope = await resolveScope(
    db,
    company,
    {
      definition,
      from,
      to,
      filters: question.filters,
      columns: question.columns ?? undefined,
      dateBasis: question.options.date_basis,
    },
    'filters',
    'columns',
  );
  const key = question.ordering?.replace(/^-/, '');
  if (key !== undefined && !definition.columns(scope).some((column) => column.key === key)) {
    throw invalidField('ordering', `${key} is no column of this report`);
  }
  return { ...question, filters: scope.filters };
}

const valuesOf = (question: SavedQuestion) => ({
  name: question.name,
  report_type: question.report_type,
  filters: JSON.stringify(question.filters),
  columns: question.columns ? JSON.stringify(question.columns) : null,
  ordering: question.ordering,
  period: JSON.stringify(question.period),
  file_format: question.file_format,
  options: JSON.stringify(question.options),
  is_shared: question.is_shared,
});

const uniqueViolation = '23505';
const named =
  (name: string) =>
  (error: unknown): never => {
    if ((error as { code?: string } | null)?.code !== uniqueViolation) throw error;
    throw new ProductError('conflict', `There is a saved report named ${name} already. Choose another name.`, {
      fields: [{ field: 'name', message: 'is taken' }],
    });
  };

export async function createSaved(
  tx: DatabaseTransaction,
  view: FinancialView,
  origin: Origin,
  question: SavedQuestion,
): Promise<SavedReport> {
  const { principal, company } = view;
  if (principal.userId === null)
    throw new ProductError('access_denied', 'A saved report belongs to a person. Sign in as one.');
  const values = valuesOf(await judged(tx, company, question));
  await refuseTooMany(tx, company.id, principal.userId);
  const { id } = await tx
    .insertInto('saved_reports')
    .values({ ...values, company_id: company.id, created_by: principal.userId })
    .returning('id')
    .executeTakeFirstOrThrow()
    .catch(named(question.name));
  await told(tx, view, origin, 'saved_report.created', id);
  return readSaved(tx, view, id);
}

/** Of one person in one company. */
export const savedReportsMax = 200;

/** The person is held until the transaction ends, so that the limit is exact whoever asks at once. */
async function refuseTooMany(tx: DatabaseTransaction, companyId: string, userId: string): Promise<void> {
  await tx.selectFrom('users').select('id').where('id', '=', userId).forNoKeyUpdate().execute();
  const { n } = await tx
    .selectFrom('saved_reports')
    .select(({ fn }) => fn.countAll<string>().as('n'))
    .where('company_id', '=', companyId)
    .where('created_by', '=', userId)
    .executeTakeFirstOrThrow();
  if (Number(n) < savedReportsMax) return;
  throw new ProductError(
    'conflict',
    `You have ${savedReportsMax} saved reports in this company, the most there can be. Delete one that is not needed any more.`,
  );
}

/** @throws ProductError access_denied where it is neither one's own nor the company's to change. */
export async function changeSaved(
  db: Database,
  view: FinancialView,
  origin: Origin,
  id: unknown,
  patch: Partial<SavedQuestion>,
): Promise<SavedReport> {
  return db.transaction().execute(async (tx) => {
    const known = await ownSaved(tx, view, id);
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const next = { ...known, ...given } as SavedQuestion;
    if (known.is_shared && !next.is_shared && known.created_by.id !== view.principal.userId) {
      throw new ProductError(
        'access_denied',
        `${known.created_by.name} made this saved report: only ${known.created_by.name} can make it private again. You can change it, delete it, or duplicate it.`,
      );
    }
    await tx
      .updateTable('saved_reports')
      .set({ ...valuesOf(await judged(tx, view.company, next)), updated_at: sql`clock_timestamp()` })
      .where('id', '=', known.id)
      .execute()
      .catch(named(next.name));
    await told(tx, view, origin, 'saved_report.changed', known.id);
    return readSaved(tx, view, known.id);
  });
}

export async function deleteSaved(db: Database, view: FinancialView, origin: Origin, id: unknown): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const known = await ownSaved(tx, view, id);
    await tx.deleteFrom('saved_reports').where('id', '=', known.id).execute();
    await told(tx, view, origin, 'saved_report.deleted', known.id);
  });
}

/** Held until the transaction ends. One's own; what is shared also by whoever manages the company. */
async function ownSaved(tx: DatabaseTransaction, view: FinancialView, id: unknown): Promise<SavedReport> {
  await tx
    .selectFrom('saved_reports')
    .select('id')
    .where('id', '=', asId(id) ?? '0')
    .where('company_id', '=', view.company.id)
    .forUpdate()
    .execute();
  const known = await readSaved(tx, view, id);
  const isOwn = known.created_by.id === view.principal.userId;
  if (!isOwn && !view.company.capabilities.includes('manage_company')) {
    throw new ProductError(
      'access_denied',
      `${known.created_by.name} made this saved report. Duplicate it to have one of your own.`,
    );
  }
  return known;
}

const told = (
  tx: DatabaseTransaction,
  { principal, company }: FinancialView,
  origin: Origin,
  action: string,
  id: string,
) =>
  audit(tx, principal, origin, {
    action,
    companyId: company.id,
    organizationId: company.organizationId,
    subjectType: 'saved_report',
    subjectId: id,
  });

export interface ResolvedQuestion {
  readonly question: ExportQuestion;
  readonly saved: { readonly id: string; readonly name: string };
}

/**
 * The question a saved report asks of `company` today, with other days or another format where they are given.
 * @throws ProductError invalid_input for one that is not there to be seen, and, for another company than its own, naming
 *   the filter that holds ids of that one.
 */
export async function questionOfSaved(
  db: Queryable,
  principal: Principal,
  company: CompanyAccess,
  asked: {
    saved_report_id: string;
    date_from?: string | undefined;
    date_to?: string | undefined;
    file_format?: FileFormat | undefined;
  },
): Promise<ResolvedQuestion> {
  const row = await seenBy(db, principal.userId)
    .where('s.id', '=', asId(asked.saved_report_id) ?? '0')
    .executeTakeFirst();
  const isSeen =
    row !== undefined &&
    (row.company_id === company.id ||
      (await requireCapability(db, principal, 'view_financials', row.company_id).then(
        () => true,
        () => false,
      )));
  if (!row || !isSeen) throw invalidField('saved_report_id', 'is no saved report that you can see');
  const definition = findReport(row.report_type);
  if (!definition) throw invalidField('saved_report_id', `its report ${row.report_type} is not offered`);
  const filters = parseFilters(definition, row.filters, 'filters');
  if (row.company_id !== company.id) {
    const held = definition.filters.find(({ key, type }) => isIdList(type) && filters[key] !== undefined);
    if (held) throw invalidField(`filters.${held.key}`, `${held.label} of another company cannot be asked of this one`);
  }
  const days = daysOf(row.period, dayIn(company.timeZone));
  return {
    saved: { id: row.id, name: row.name },
    question: {
      report_type: row.report_type,
      file_format: asked.file_format ?? row.file_format,
      date_from: asked.date_from ?? days.from,
      date_to: asked.date_to ?? days.to,
      filters,
      options: { ...row.options, ...(row.columns && { columns: row.columns }) },
    },
  };
}
