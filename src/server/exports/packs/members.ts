/** The members of a pack as questions: each judged by itself, its problems named by its place (`members.3.filters…`). */
import { ProductError, invalidField } from '#contract/errors.ts';
import type { PackMember } from '#contract/packs.ts';
import type { FinancialView } from '#server/access/decide.ts';
import { questionOf } from '#server/access/idempotency.ts';
import type { Queryable } from '#server/database/database.ts';
import { type ExportQuestion, readQuestion, type SavedOrigin } from '../plan.ts';
import { questionOfSaved } from '../saved-reports.ts';

export interface MemberQuestion {
  readonly companyId: string;
  readonly question: ExportQuestion;
  readonly saved: SavedOrigin | undefined;
  /** Equal for equal questions. */
  readonly print: string;
}

/** What a member is refused for, named by its place. */
export async function ofMember<T>(place: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProductError)) throw error;
    const { code, message, fields, retryAfterSeconds } = error;
    const named = fields.map((one) => ({ ...one, field: `members.${place}.${one.field}` }));
    throw new ProductError(code, `members.${place}${fields.length > 0 ? '.' : ': '}${message}`, {
      fields: named.length > 0 ? named : [{ field: `members.${place}`, message }],
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      cause: error,
    });
  }
}

/** @throws ProductError invalid_input for what is wrong with a member, and for one that is there twice */
export async function readMembers(
  db: Queryable,
  view: FinancialView,
  members: readonly PackMember[],
  { from, to }: { readonly from: string; readonly to: string },
): Promise<MemberQuestion[]> {
  const read: MemberQuestion[] = [];
  const places = new Map<string, number>();
  for (const [place, member] of members.entries()) {
    const one = await ofMember(place, () => readMember(db, view, member, { from, to }));
    const earlier = places.get(one.print);
    if (earlier !== undefined) throw invalidField(`members.${place}`, `is the same as members.${earlier}`);
    places.set(one.print, place);
    read.push(one);
  }
  return read;
}

async function readMember(
  db: Queryable,
  view: FinancialView,
  { company_id, report_type = 'delivery_location', saved_report_id, file_format, filters, options }: PackMember,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<MemberQuestion> {
  const company = view.companies.find(({ id }) => id === company_id);
  if (!company) throw invalidField('company_id', 'is no company that you can see');
  const days = { date_from: from, date_to: to };
  const found =
    saved_report_id === undefined
      ? { question: { report_type, file_format, ...days, filters, options }, saved: undefined }
      : await questionOfSaved(db, view.principal, company, { saved_report_id, file_format, ...days });
  const { definition, ...asked } = readQuestion(found.question);
  const print = questionOf({ companyId: company.id, reportType: definition.type, fileFormat: file_format, ...asked });
  return { companyId: company.id, print, ...found };
}
