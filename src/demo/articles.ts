/**
 * The vendor articles of one company as they are on file, vintages included: every harvest of a wine is an article
 * with a number of its own, sold from spring (white) or autumn (red) until the next one comes.
 */
import type { Article } from './catalogue/catalogue.ts';
import { dayNumber, instantText, monthDayOf, yearOf } from './local-days.ts';
import type { Country } from './vendors.ts';

/** What an order line says of an article on a day. */
interface Offer {
  /** vendor_items.id */
  readonly id: number;
  readonly number: string;
  readonly name: string;
}

/** The day the next harvest is sold, MM-DD, by years between harvest and sale. */
const vintageDay = (years: number): string => (years === 1 ? '04-15' : '09-15');

function harvestSold(years: number, day: number): number {
  return yearOf(day) - years - (monthDayOf(day) < vintageDay(years) ? 1 : 0);
}

type GoodsClass = 'food' | 'drinks' | 'non-food';

export function goodsClassOf(article: Article): GoodsClass {
  const category = article.ingredient?.category;
  if (category === 'Drinks') return 'drinks';
  return category === undefined || category === 'Non-food' ? 'non-food' : 'food';
}

/** Millionths. Germany: 7 % on food, 19 % on the rest. New York: nothing on what is resold, 8.875 % on supplies. */
export function taxRateOf(goods: GoodsClass | 'deposit' | 'charge', country: Country): number {
  if (country === 'US') return goods === 'non-food' ? 88_750 : 0;
  return goods === 'food' ? 70_000 : 190_000;
}

interface Filed extends Offer {
  readonly harvest: number | null;
}

export class ArticleBook {
  private readonly filed: Filed[][] = [];

  /** @param file stores one article and gives its id; the instant is when it was archived, if it was */
  constructor(
    articles: readonly Article[],
    period: { first: number; last: number },
    file: (article: Article, number: string, name: string, archivedAt: string | null, lastSold: number) => number,
  ) {
    for (const article of articles) {
      const years = article.vintageYears;
      if (years === null) {
        const number = article.number.replace('{}', 'NV');
        this.filed[article.index] = [
          { id: file(article, number, article.name, null, period.last), number, name: article.name, harvest: null },
        ];
        continue;
      }
      const vintages: Filed[] = [];
      const newest = harvestSold(years, period.last);
      for (let harvest = harvestSold(years, period.first); harvest <= newest; harvest += 1) {
        const number = article.number.replace('{}', String(harvest));
        const name = article.name.replace(', 0.75 L', ` ${harvest}, 0.75 L`);
        const end = dayNumber(`${harvest + years + 1}-${vintageDay(years)}`) - 1;
        const archivedAt = harvest < newest ? instantText((end + 1) * 86_400_000 + 9 * 3_600_000) : null;
        const id = file(article, number, name, archivedAt, Math.min(end, period.last));
        vintages.push({ id, number, name, harvest });
      }
      this.filed[article.index] = vintages;
    }
  }

  on(article: Article, day: number): Offer {
    const vintages = this.filed[article.index] ?? [];
    const years = article.vintageYears;
    const harvest = years === null ? null : harvestSold(years, day);
    const offer = vintages.find((filed) => filed.harvest === harvest) ?? vintages.at(-1);
    if (!offer) throw new Error(`${article.number} is not on file`);
    return offer;
  }
}
