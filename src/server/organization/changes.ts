/** What a change was, for the audit log: only the fields that really differ, old and new. */
import { ProductError } from '#contract/errors.ts';

export type Changes = Record<string, { from: unknown; to: unknown }>;

/** Fields of `after` that are given and differ from `before`; null when nothing does. */
export function changesBetween<T extends object>(before: T, after: Partial<T>): Changes | null {
  const changes: Changes = {};
  for (const [field, to] of Object.entries(after)) {
    const from: unknown = (before as Record<string, unknown>)[field];
    if (to !== undefined && JSON.stringify(from) !== JSON.stringify(to)) changes[field] = { from, to };
  }
  return Object.keys(changes).length > 0 ? changes : null;
}

export const conflictOn = (field: string, message: string): ProductError =>
  new ProductError('conflict', `${field}: ${message}`, { fields: [{ field, message }] });

/** The database's refusal of a duplicate (a race lost after our own look) as a conflict that names the field. */
export async function refuseDuplicate<T>(statement: Promise<T>, field: string, message: string): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if ((error as { code?: unknown }).code === '23505') throw conflictOn(field, message);
    throw error;
  }
}

/** For an id below a company or organization: unknown and foreign are the same words. */
export const accessDenied = (thing: string): ProductError =>
  new ProductError('access_denied', `You have access to no ${thing} by this id.`);
