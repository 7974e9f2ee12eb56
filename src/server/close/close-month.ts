/** The one press: a month's days are closed with what it amounted to, and reopened again. Nobody writes meanwhile. */
import { sql } from 'kysely';
import { addDays, dayIn } from '#contract/calendar.ts';
import { invalidField, ProductError } from '#contract/errors.ts';
import type { DatabaseTransaction } from '#server/database/database.ts';
import type { PartSource } from '#server/reports/definition.ts';
import { type ClosingRequest, holdWriters, readClosing, writeClosing } from './closing.ts';
import { blockingOf, monthScope, readCloseList, readFigures } from './close-list.ts';

/** Reports of a transaction that writes; every value as the text the database prints. */
const reading =
  (tx: DatabaseTransaction): PartSource =>
  async (select) =>
    (await sql.raw<Record<string, string | null>>(select).execute(tx)).rows;

/**
 * @returns the id of the closing, and the last closed day
 * @throws ProductError invalid_input for a month that has not ended, or without the reason that blocking items need;
 *   conflict when it is closed already, or something is being imported
 */
export async function closeMonth(
  tx: DatabaseTransaction,
  request: ClosingRequest,
  { month, reason }: { readonly month: string; readonly reason?: string | undefined },
): Promise<{ readonly id: string; readonly closed_until: string }> {
  const { company } = request;
  const scope = monthScope(company, month);
  if (scope.to > dayIn(company.timeZone)) throw invalidField('month', `ends on ${scope.to}, which is still to come`);
  await holdWriters(tx, company.id);
  const before = await readClosing(tx, company.id);
  if (before.closed_until !== null && before.closed_until >= scope.to) {
    throw new ProductError('conflict', `${month} is closed already: days up to ${before.closed_until} are.`);
  }
  const blocking = blockingOf(await readCloseList(reading(tx), company, month));
  if (blocking.length > 0 && reason === undefined) {
    throw invalidField('reason', `is required, for something stands against closing: ${blocking.join(', ')}`);
  }
  const figures = await readFigures(reading(tx), scope);
  const kept = { month: scope.from, blocking, figures };
  const id = await writeClosing(tx, request, { closed_until: scope.to, reason }, kept);
  return { id: id ?? '', closed_until: scope.to };
}

/** Of the month and all after it. @throws ProductError conflict when it is open already, or something is being imported */
export async function reopenMonth(
  tx: DatabaseTransaction,
  request: ClosingRequest,
  { month, reason }: { readonly month: string; readonly reason: string },
): Promise<{ readonly closed_until: string | null }> {
  const { company } = request;
  const scope = monthScope(company, month);
  await holdWriters(tx, company.id);
  const before = await readClosing(tx, company.id);
  if (before.closed_until === null || before.closed_until < scope.from) {
    throw new ProductError('conflict', `${month} is open already.`);
  }
  const until = addDays(scope.from, -1);
  await writeClosing(tx, request, { closed_until: until, reason });
  return { closed_until: until };
}
