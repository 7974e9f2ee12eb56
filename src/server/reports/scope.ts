/**
 * From a caller's period and filters to a scope: every field checked against the report, every id known to belong to
 * the company. What comes out of here is safe to write into a statement.
 */
import { z } from 'zod';
import { addDays, dayIn } from '#contract/calendar.ts';
import { ProductError, invalidField } from '#contract/errors.ts';
import type { DateBasis } from '#contract/reports.ts';
import type { CompanyAccess } from '#server/access/decide.ts';
import type { DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { errorFromIssues } from '#server/http/problem.ts';
import { companyAsOf } from './as-of.ts';
import { type AsOf, type FilterDefinition, nowhere, type ReportDefinition, type ReportScope } from './definition.ts';
import { isIdList, strangersAmong } from './id-lists.ts';

export interface ReportQuestion {
  readonly definition: ReportDefinition;
  readonly from: string;
  readonly to: string;
  /** As given: from JSON, or from a query string, where lists are comma-separated or repeated. */
  readonly filters: Readonly<Record<string, unknown>>;
  /** Keys of the columns to show, in order: a list, or as a query has it; absent: all. */
  readonly columns?: string | readonly string[] | undefined;
  /** Absent: as it is now. */
  readonly asOf?: AsOf | undefined;
  readonly dateBasis?: DateBasis | undefined;
}

const listOf = (membersOf: (given: string | string[]) => string[]) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given) => membersOf(given).filter((text) => text.trim() !== ''))
    .refine((list) => list.length <= 10_000, 'must have at most 10000 members');

/** Blanks around a comma are nobody's. */
const byCommas = (text: string): string[] => text.split(',').map((member) => member.trim());
/** Ids and words of ours have no commas. */
const textList = listOf((given) => [given].flat().flatMap(byCommas));
/** Words of others may; repeated, or from JSON, they are taken as they are. */
const wordList = listOf((given) => (Array.isArray(given) ? given : byCommas(given)));

function schemaOf(filter: FilterDefinition): z.ZodType {
  const choices = filter.choices ?? [];
  switch (filter.type) {
    case 'location_list':
    case 'vendor_list':
    case 'item_list':
    case 'storage_unit_list':
      return textList.optional();
    case 'text_list':
      return wordList.optional();
    case 'choice':
      return z
        .string()
        .refine((text) => text === '' || choices.includes(text), `must be one of ${choices.join(', ')}`)
        .transform((text) => text || undefined)
        .optional();
    case 'choice_list':
      return textList
        .refine((list) => list.every((text) => choices.includes(text)), `must be some of ${choices.join(', ')}`)
        .optional();
    case 'text':
      return z
        .string()
        .max(200, 'must have at most 200 characters')
        .transform((text) => text.trim() || undefined)
        .optional();
    case 'number':
      return z
        .union([z.string(), z.number()])
        .transform(String)
        .refine((text) => /^-?\d{1,14}(\.\d{1,6})?$/.test(text), 'must be a decimal number')
        .optional();
  }
}

/** The filters of a report, normalised: lists sorted and without repeats, what is empty left out. */
export function parseFilters(definition: ReportDefinition, given: unknown, prefix: string): Record<string, unknown> {
  const schema = z.strictObject(Object.fromEntries(definition.filters.map((filter) => [filter.key, schemaOf(filter)])));
  const parsed = schema.safeParse(given ?? {});
  if (!parsed.success) {
    throw errorFromIssues(
      parsed.error.issues.map((issue) => ({ ...issue, path: prefix ? [prefix, ...issue.path] : issue.path })),
    );
  }
  const filters: Record<string, unknown> = {};
  for (const [key, chosen] of Object.entries(parsed.data)) {
    if (chosen === undefined) continue;
    if (!Array.isArray(chosen)) filters[key] = chosen;
    else if (chosen.length > 0) filters[key] = [...new Set(chosen as string[])].sort(byLengthThenText);
  }
  return filters;
}

const byLengthThenText = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);

/**
 * @throws ProductError invalid_input for an id that is not this company's, invalid_date_range.
 */
export async function resolveScope(
  db: Queryable,
  company: CompanyAccess,
  question: ReportQuestion,
  prefix = '',
  columnsField = prefix ? 'options.columns' : 'columns',
): Promise<ReportScope> {
  if (question.from > question.to) {
    throw new ProductError('invalid_date_range', 'date_from: is after date_to', {
      fields: [{ field: 'date_from', message: `${question.from} is after date_to ${question.to}` }],
    });
  }
  const filters = parseFilters(question.definition, question.filters, prefix);
  const { asOf } = question;
  await refuseStrangers(db, question.definition, { companyId: company.id, filters, ...(asOf && { asOf }) }, prefix);
  const { name, currency, timeZone, locale } = asOf ? await companyAsOf(db, company.id, asOf) : company;
  return {
    companyId: company.id,
    companyName: name,
    currency,
    timeZone,
    locale,
    ...(asOf && { asOf }),
    from: question.from,
    to: question.to,
    locationIds: (filters['delivery_location_ids'] as string[] | undefined) ?? null,
    filters,
    ...parseColumns(question, columnsField),
    ...parseBasis(question, prefix ? 'options.date_basis' : 'date_basis'),
  };
}

/** @throws ProductError invalid_input where the report knows no posting day. */
function parseBasis({ definition, dateBasis }: ReportQuestion, field: string): { dateBasis?: 'posting' } {
  if (dateBasis !== 'posting') return {};
  if (!definition.postingBasis)
    throw invalidField(field, `this report is by ${definition.dateBasis.toLowerCase()} alone`);
  return { dateBasis };
}

/** @throws ProductError invalid_input for a column that is not the report's, or is asked for twice. */
function parseColumns({ definition, columns }: ReportQuestion, field: string): { columns?: readonly string[] } {
  if (columns === undefined || columns.length === 0) return {};
  const asked = [columns].flat().flatMap((text) => text.split(','));
  const known = new Set(definition.columns(nowhere).map(({ key }) => key));
  const strange = asked.find((key) => !known.has(key));
  if (strange !== undefined) throw invalidField(field, `${strange} is no column of this report`);
  const repeated = asked.find((key, at) => asked.indexOf(key) !== at);
  if (repeated !== undefined) throw invalidField(field, `${repeated} is named twice`);
  return { columns: asked };
}

/**
 * What a question names is there, and stays until the transaction ends: whoever would delete it waits, and then finds what
 * was written meanwhile.
 * @throws ProductError invalid_input for what has been deleted since the scope was resolved.
 */
export async function holdNamed(
  tx: DatabaseTransaction,
  definition: ReportDefinition,
  scope: ReportScope,
  prefix = '',
): Promise<void> {
  await refuseStrangers(tx, definition, scope, prefix, true);
}

async function refuseStrangers(
  db: Queryable,
  definition: ReportDefinition,
  { companyId, filters, asOf }: Pick<ReportScope, 'companyId' | 'filters' | 'asOf'>,
  prefix: string,
  hold = false,
): Promise<void> {
  for (const { key, type } of definition.filters) {
    if (!isIdList(type) || filters[key] === undefined) continue;
    const how = { hold, past: asOf !== undefined };
    const reason = await strangersAmong(db, companyId, type, filters[key] as string[], how);
    if (reason) throw invalidField(prefix ? `${prefix}.${key}` : key, reason);
  }
}

/** The period a report has when none is asked for: the last 30 days, or yesterday. */
export function defaultPeriod(definition: ReportDefinition, timeZone: string): { from: string; to: string } {
  const yesterday = addDays(dayIn(timeZone), -1);
  return { from: definition.defaultPeriod === 'yesterday' ? yesterday : addDays(yesterday, -29), to: yesterday };
}
