/** One company of the demo: its master data as rows, and what all its kitchens share. */
import { ArticleBook, goodsClassOf, taxRateOf } from './articles.ts';
import { type Catalogue, readCatalogue } from './catalogue/catalogue.ts';
import type { CompanyProfile } from './companies.ts';
import { priceText } from './decimals.ts';
import { LocalDays } from './local-days.ts';
import { Numbers } from './numbers.ts';
import { PriceBook, priceLevel } from './prices.ts';
import { Random } from './random.ts';
import type { Rows } from './rows.ts';
import { type VendorKey, vendorKeys, vendorProfiles } from './vendors.ts';

/** Days past the end that open orders may name. */
const daysAhead = 21;

export interface Period {
  /** First day of business; stock is counted the night before. */
  readonly first: number;
  /** Last day of business: yesterday. */
  readonly last: number;
}

export interface Company {
  readonly id: number;
  readonly profile: CompanyProfile;
  readonly period: Period;
  readonly random: Random;
  readonly clock: LocalDays;
  readonly rows: Rows;
  readonly numbers: Numbers;
  readonly prices: PriceBook;
  readonly catalogue: Catalogue;
  readonly articles: ArticleBook;
  readonly vendorIds: ReadonlyMap<VendorKey, number>;
  /** By ingredient. */
  readonly itemIds: readonly number[];
  /** False in scale mode: the books are kept, but no movement is written. */
  readonly writesStock: boolean;
}

export function openCompany(options: {
  id: number;
  profile: CompanyProfile;
  period: Period;
  seed: number;
  rows: Rows;
  writesStock: boolean;
}): Company {
  const { id, profile, period, rows } = options;
  const random = new Random(`${options.seed}/${profile.name}`);
  const reach = { first: period.first - 8, last: period.last + daysAhead };
  const prices = new PriceBook({ country: profile.country, random: random.fork('prices'), ...reach });
  const catalogue = readCatalogue(profile.country);
  const vendorIds = fileVendors(id, profile, rows);
  const itemIds = catalogue.ingredients.map((ingredient) => {
    const itemId = rows.nextId('items');
    const { code, name, category, subcategory, baseUnit, price } = ingredient;
    const standard = Math.max(1, Math.round((price * priceLevel[profile.country]) / 10_000)) * 10_000;
    rows.add('items', [itemId, id, code, name, category, subcategory, baseUnit, priceText(standard)]);
    return itemId;
  });
  const articles = new ArticleBook(catalogue.articles, reach, (article, number, name, archivedAt, lastSold) => {
    const articleId = rows.nextId('vendor_items');
    rows.add('vendor_items', [
      articleId,
      id,
      vendorIds.get(article.vendor) ?? null,
      number,
      article.ingredient === null ? null : (itemIds[article.ingredient.index] ?? null),
      name,
      article.orderUnit,
      priceText(article.factor),
      priceText(prices.priceOf(article, Math.max(reach.first, Math.min(lastSold, period.last)))),
      profile.currency,
      priceText(taxRateOf(goodsClassOf(article), profile.country)),
      archivedAt,
    ]);
    return articleId;
  });
  return {
    id,
    profile,
    period,
    random,
    clock: new LocalDays(profile.timeZone, reach.first, reach.last),
    rows,
    numbers: new Numbers(random.fork('numbers')),
    prices,
    catalogue,
    articles,
    vendorIds,
    itemIds,
    writesStock: options.writesStock,
  };
}

/** Telephone numbers are of the ranges that are kept free for stories, addresses of the domain that is kept for examples. */
function fileVendors(companyId: number, profile: CompanyProfile, rows: Rows): Map<VendorKey, number> {
  const german = profile.country === 'DE';
  return new Map(
    vendorKeys.map((key, index) => {
      const vendor = vendorProfiles[key];
      const name = vendor.name[profile.country];
      const id = rows.nextId('vendors');
      const slug = name
        .toLowerCase()
        .replace(/[äöü]/g, (letter) => ({ ä: 'ae', ö: 'oe', ü: 'ue' })[letter] ?? letter)
        .replace(/[^a-z]+/g, '-');
      rows.add('vendors', [
        id,
        companyId,
        vendor.code,
        name,
        profile.currency,
        german ? `DE99900${String(1043 + index * 211)}` : `00-00${String(10_431 + index * 977)}`,
        `orders@${slug}.example`,
        german ? `+49 40 66969 ${String(110 + index * 37)}` : `+1 718 555 01${String(12 + index * 7)}`,
        vendor.termsDays,
      ]);
      return [key, id];
    }),
  );
}
