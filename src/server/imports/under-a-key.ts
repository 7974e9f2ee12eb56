/**
 * An import under an Idempotency-Key: its question is what the query says and the digest of what arrives, so it is known
 * at the end alone. The key is claimed before; result and question are committed with the import, or neither is.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { ImportResult } from '#contract/imports.ts';
import { type AskedAtLength, claimAtLength, madeBefore, questionOf, writeDown } from '#server/access/idempotency.ts';
import type { Connection } from '#server/database/connection.ts';
import type { Queryable } from '#server/database/database.ts';
import { queryBuilderOn } from '#server/database/query-builder.ts';
import type { ImportFile } from './stage-files.ts';

export interface ImportKey extends AskedAtLength {
  /** What besides the files makes two requests the same question: route and query. */
  readonly about: unknown;
}

type Files = AsyncIterable<ImportFile> | Iterable<ImportFile>;

export class UnderAKey {
  readonly #key: ImportKey;
  /** In the order sent. The body itself would not do: it has a boundary, another in every request. */
  readonly #digests: { name: string; sha256: string }[] = [];

  constructor(key: ImportKey) {
    this.#key = key;
  }

  /**
   * What the first import under the key answered, once these files are known to be the same; null: this is the first.
   * @throws ProductError in_progress, idempotency_key_reused, idempotency_result_deleted
   */
  async before(client: Connection, files: Files): Promise<ImportResult | null> {
    const db = queryBuilderOn(client);
    if (!(await claimAtLength(db, this.#key))) return null;
    for await (const { content } of this.watched(files)) for await (const _ of content);
    return madeBefore(db, this.#key, this.#question(), resultOf);
  }

  /** The same files; what is read of them is digested on the way. */
  async *watched(files: Files): AsyncGenerator<ImportFile> {
    for await (const { name, content } of files) yield { name, content: this.#digested(name, content) };
  }

  /** In the transaction of the import. `importId` is null for a dry run, of which nothing stays but the answer. */
  async keep(client: Connection, importId: string | null, result: ImportResult): Promise<void> {
    await writeDown(queryBuilderOn(client), this.#key, this.#question(), { id: importId, kept: { result } });
  }

  async *#digested(name: string, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    for await (const piece of content) {
      hash.update(piece);
      yield piece;
    }
    this.#digests.push({ name, sha256: hash.digest('hex') });
  }

  #question(): string {
    return questionOf({ about: this.#key.about, files: this.#digests });
  }
}

async function resultOf(
  db: Queryable,
  importId: string,
  kept: Record<string, unknown> | null,
): Promise<ImportResult | null> {
  const result = (kept?.['result'] ?? null) as ImportResult | null;
  if (importId === '') return result;
  const { rows } = await sql`SELECT FROM imports WHERE id = ${importId}::bigint`.execute(db);
  return rows.length > 0 ? result : null;
}
