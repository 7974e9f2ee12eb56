import { expect, test } from 'vitest';
import { deliversOn, vendorKeys, vendorProfiles } from '../vendors.ts';
import { dayNumber } from '../local-days.ts';
import { readCatalogue } from './catalogue.ts';

const german = readCatalogue('DE');
const american = readCatalogue('US');

test('190 ingredients, 320 vendor articles, 3 % of them mapped to nothing', () => {
  for (const { ingredients, articles } of [german, american]) {
    expect(ingredients).toHaveLength(190);
    expect(articles).toHaveLength(320);
    expect(articles.filter((article) => article.ingredient === null)).toHaveLength(10);
    expect(new Set(articles.map((article) => `${article.vendor} ${article.number}`)).size).toBe(320);
    expect(new Set(ingredients.map((ingredient) => ingredient.code)).size).toBe(190);
  }
});

test('every ingredient is sold by one to three vendors, in packs that differ', () => {
  for (const ingredient of german.ingredients) {
    const packs = german.articles.filter((article) => article.ingredient === ingredient);
    expect(packs.length).toBeGreaterThanOrEqual(1);
    expect(new Set(packs.map((article) => article.vendor)).size).toBeLessThanOrEqual(3);
    expect(new Set(packs.map((article) => `${article.vendor} ${article.name}`)).size).toBe(packs.length);
    expect(packs.every((article) => article.factor > 0 && article.price > 0)).toBe(true);
  }
});

test('every vendor has enough to sell for a delivery of its usual size', () => {
  const sold = (vendor: string): number => german.articles.filter((article) => article.vendor === vendor).length;
  expect(vendorKeys.filter((key) => sold(key) <= vendorProfiles[key].lines)).toEqual([]);
});

test('article numbers begin with zeros at two vendors', () => {
  const padded = new Set(
    german.articles.filter((article) => article.number.startsWith('0')).map((article) => article.vendor),
  );
  expect([...padded].sort()).toEqual(['E', 'N']);
});

test('names have umlauts, commas, quotes, one Arabic and one Japanese among them', () => {
  const names = german.articles.map((article) => article.name);
  expect(names.filter((name) => /[äöüß]/.test(name)).length).toBeGreaterThan(10);
  expect(names.filter((name) => name.includes(', ')).length).toBeGreaterThan(100);
  expect(names.filter((name) => name.includes('"')).length).toBeGreaterThan(10);
  expect(names.filter((name) => /\p{Script=Arabic}/u.test(name))).toHaveLength(1);
  expect(names.filter((name) => /\p{Script=Han}/u.test(name))).toHaveLength(1);
});

test('America buys the same in pounds and gallons', () => {
  const flour = (articles: typeof german.articles): string[] =>
    articles.filter((article) => article.ingredient?.code === 'DRY-001').map((article) => article.name);
  expect(flour(german.articles)[0]).toBe('Flour type 550, 25 kg');
  expect(flour(american.articles)[0]).toBe('Flour type 550, 50 lb');
  const salmon = american.articles.find((article) => article.byWeight && article.ingredient?.code === 'FIS-001');
  expect(salmon).toMatchObject({ orderUnit: 'lb', factor: 453_592 });
});

test('vendors come on their days: every second Monday, every third Thursday, nobody on 24 and 25 December', () => {
  const year = Array.from({ length: 364 }, (_, day) => dayNumber('2026-01-05') + day);
  const visits = (key: (typeof vendorKeys)[number]): number =>
    year.filter((day) => deliversOn(vendorProfiles[key], day)).length;
  expect(visits('N')).toBe(103);
  expect(visits('K')).toBe(26);
  expect(visits('C')).toBeGreaterThanOrEqual(16);
  for (const day of ['2026-12-24', '2026-12-25']) {
    expect(vendorKeys.filter((key) => deliversOn(vendorProfiles[key], dayNumber(day)))).toEqual([]);
  }
});
