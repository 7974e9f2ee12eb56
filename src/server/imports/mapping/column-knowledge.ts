/** What a company knows of the values of a file: which are its articles, ingredients, vendors, places. */
import type { Connection } from '#server/database/connection.ts';
import type { ColumnFacts } from './column-facts.ts';
import type { CompanyNames } from './company-names.ts';

/** By field: so many of its different values are known as such. */
export type ColumnKnowledge = Readonly<
  Record<string, { readonly n: number; readonly of: number; readonly what: string } | undefined>
>;

export async function knowledgeOf(
  client: Pick<Connection, 'query'>,
  companyId: string,
  names: CompanyNames,
  columns: readonly ColumnFacts[],
): Promise<ColumnKnowledge[]> {
  // what a database cannot hold it does not know
  const all = [...new Set(columns.flatMap(({ values }) => [...values.keys()]))].filter((one) => !one.includes('\0'));
  const { rows } = await client.query<{ article_number: string }>(
    'SELECT DISTINCT article_number FROM vendor_items WHERE company_id = $1 AND article_number = ANY($2)',
    [companyId, all],
  );
  const articles = new Set(rows.map(({ article_number }) => article_number));
  return columns.map(({ values }) => {
    const different = [...values.keys()];
    const share = (what: string, knows: (value: string) => boolean) => ({
      n: different.filter(knows).length,
      of: different.length,
      what,
    });
    return {
      article_number: share('articles', (value) => articles.has(value)),
      vendor_code: share('vendors', (value) => names.vendors.find(value) !== null),
      delivery_location_code: share('delivery locations', (value) => names.delivery_locations.find(value) !== null),
      storage_unit_code: share('storage units', (value) => names.storage_units.find(value) !== null),
      item_code: share('ingredients', (value) => names.items.find(value) !== null),
    };
  });
}
