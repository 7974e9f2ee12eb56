import { expect, test } from 'vitest';
import { readCatalogue } from './catalogue/catalogue.ts';
import { dayNumber } from './local-days.ts';
import { PriceBook, inSeason } from './prices.ts';
import { Random } from './random.ts';
import { vendorProfiles } from './vendors.ts';

const { articles, ingredients } = readCatalogue('DE');
const first = dayNumber('2025-05-23');
const last = dayNumber('2026-11-22');
/** Mean of a few dozen markets, so that what all have in common shows. */
const books = Array.from(
  { length: 40 },
  (_, seed) => new PriceBook({ country: 'DE', random: new Random(`${seed}`), first, last }),
);

function mean(code: string, day: string): number {
  const of = articles.filter((article) => article.ingredient?.code === code);
  const prices = books.flatMap((book) => of.map((article) => book.priceOf(article, dayNumber(day)) / article.factor));
  return prices.reduce((sum, price) => sum + price) / prices.length;
}

test('tomatoes cost twice as much in February as in August', () => {
  expect(mean('PRO-001', '2026-02-15') / mean('PRO-001', '2026-08-15')).toBeCloseTo(2, 0);
});

test('olive oil becomes a third dearer within half a year, beside what its vendor does anyway', () => {
  const rise = (code: string): number => mean(code, '2026-06-15') / mean(code, '2025-10-01');
  expect(rise('DRY-031') / rise('DRY-032')).toBeGreaterThan(1.25);
  expect(rise('DRY-031') / rise('DRY-032')).toBeLessThan(1.45);
});

test('a price holds for a week, and is printed as its vendor prints it', () => {
  const [book] = books;
  for (const article of articles) {
    const monday = book?.priceOf(article, dayNumber('2026-11-09')) ?? 0;
    expect(book?.priceOf(article, dayNumber('2026-11-15'))).toBe(monday);
    expect(monday % (article.vendor === 'C' ? 100 : article.vendor === 'L' ? 1_000 : 10_000)).toBe(0);
  }
});

test('the price lists of a vendor fall now and then, and rise about twice as often', () => {
  const isSeasonal = /^(PRO|FIS-004|DAI-020|DRY-031)/;
  const listed = articles.filter(
    ({ vendor, ingredient }) =>
      vendorProfiles[vendor].price.kind === 'steps' && ingredient !== null && !isSeasonal.test(ingredient.code),
  );
  expect(listed.length).toBeGreaterThan(10);
  const moves = { rises: 0, falls: 0 };
  for (const book of books.slice(0, 10)) {
    for (const article of listed) {
      for (let day = first + 7; day <= last; day += 7) {
        const change = book.priceOf(article, day) - book.priceOf(article, day - 7);
        if (change > 0) moves.rises += 1;
        if (change < 0) moves.falls += 1;
      }
    }
  }
  expect(moves.falls).toBeGreaterThan(100);
  expect(moves.rises / moves.falls).toBeGreaterThan(1.5);
  expect(moves.rises / moves.falls).toBeLessThan(3);
});

test('asparagus is sold from 15 April to 24 June, strawberries from May to July', () => {
  const sold = (code: string, day: string): boolean => {
    const ingredient = ingredients.find((one) => one.code === code);
    return ingredient !== undefined && inSeason(ingredient, dayNumber(day));
  };
  expect(['04-14', '04-15', '06-24', '06-25'].map((day) => sold('PRO-028', `2026-${day}`))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(['04-30', '05-01', '07-31', '08-01'].map((day) => sold('PRO-036', `2026-${day}`))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});
