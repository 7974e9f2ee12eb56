/** The conditions that every list of an organization shares. */
import { type Expression, type SqlBool, sql } from 'kysely';

/** True where one of the columns contains `search`, whatever its case; its wildcards are ordinary characters. */
export function contains(columns: readonly string[], search: string): Expression<SqlBool> {
  const pattern = `%${search.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const tests = columns.map((column) => sql<SqlBool>`${sql.ref(column)} ILIKE ${pattern}`);
  return sql<SqlBool>`(${sql.join(tests, sql` OR `)})`;
}

export function isArchived(column: string, filter: 'true' | 'false' | 'all'): Expression<SqlBool> {
  if (filter === 'all') return sql<SqlBool>`true`;
  return filter === 'true' ? sql<SqlBool>`${sql.ref(column)} IS NOT NULL` : sql<SqlBool>`${sql.ref(column)} IS NULL`;
}
