/**
 * What the demo kitchens buy and use: 190 ingredients, 320 vendor articles. The tables beside this file are read here.
 * Columns: code | name | subcategory | base unit | price of a base unit, EUR | used a day, base units | days of cover |
 * where it is kept | articles. An article: vendor, order unit, pack in base units (`2.5x6` = 6 of 2.5; `~` = by weight),
 * then `#` number, `+` deposit, `*` years between vintage and sale, `=` name, where {} is the pack
 * (`=de:` in Germany only).
 */
import { priceScale } from '../decimals.ts';
import type { Country, VendorKey } from '../vendors.ts';
import { drinksAndSupplies, unmapped } from './drinks-and-supplies.ts';
import { dryGoods } from './dry-goods.ts';
import { fresh } from './fresh.ts';
import { packOf } from './packs.ts';
import { produce } from './produce.ts';

export type Place = 'kitchen' | 'cold' | 'bar';
export type Deposit = 'keg' | 'crate';

export interface Ingredient {
  /** From 0, in order of code. */
  readonly index: number;
  readonly code: string;
  readonly name: string;
  readonly category: string;
  readonly subcategory: string;
  readonly baseUnit: string;
  /** Millionths of EUR per base unit. */
  readonly price: number;
  /** Base units on a day of volume 1. */
  readonly dailyUse: number;
  /** Days an order is meant to last. */
  readonly coverDays: number;
  readonly keptAt: Place;
  /** Part of the use that happens at the bar, fed by transfers. */
  readonly barShare: number;
  /** Bought and cooked only between these days of the year, MM-DD, both included; null for always. */
  readonly season: readonly [string, string] | null;
}

export interface Article {
  /** From 0. */
  readonly index: number;
  readonly vendor: VendorKey;
  /** Null: not mapped. */
  readonly ingredient: Ingredient | null;
  readonly number: string;
  /** With `{}` for the vintage where there is one. */
  readonly name: string;
  readonly orderUnit: string;
  /** Base units in an order unit, millionths. */
  readonly factor: number;
  /** Sold by what it weighs on delivery. */
  readonly byWeight: boolean;
  readonly deposit: Deposit | null;
  /** Years from harvest to sale; null without a vintage. */
  readonly vintageYears: number | null;
  /** Millionths of EUR per order unit, before the vendor's own movements. */
  readonly price: number;
}

export interface Catalogue {
  readonly ingredients: readonly Ingredient[];
  readonly articles: readonly Article[];
}

const categories: Readonly<Record<string, string>> = {
  PRO: 'Produce',
  MEA: 'Meat',
  FIS: 'Fish',
  DAI: 'Dairy',
  BAK: 'Bakery',
  DRY: 'Dry goods',
  BEV: 'Drinks',
  NON: 'Non-food',
};

const seasons: Readonly<Record<string, readonly [string, string]>> = {
  'PRO-025': ['09-01', '12-23'],
  'PRO-028': ['04-15', '06-24'],
  'PRO-036': ['05-01', '07-31'],
};

const linesOf = (table: string): string[] => table.trim().split('\n');
const articlePattern = /^(\w) (\S+) (\S+)(?: #(.+?))?(?: \+(keg|crate))?(?: \*(\d))?(?: =(de:)?(.+))?$/;

/** The catalogue with the packs of a country: kilograms and litres in Germany, pounds and gallons in America. */
export function readCatalogue(country: Country): Catalogue {
  const ingredients: Ingredient[] = [];
  const articles: Article[] = [];
  const numbers = new NumberMaker();
  for (const line of [produce, fresh, dryGoods, drinksAndSupplies].flatMap(linesOf)) {
    const [code = '', name = '', subcategory = '', baseUnit = '', price, use, cover, place = '', offers = ''] =
      line.split('|');
    const [, keptAt, barPercent = '0'] = /^(\w+)(?:\+bar (\d+)%)?$/.exec(place) ?? [];
    const ingredient: Ingredient = {
      index: ingredients.length,
      code,
      name,
      category: categories[code.slice(0, 3)] ?? '',
      subcategory,
      baseUnit,
      price: Math.round(Number(price) * priceScale),
      dailyUse: Number(use),
      coverDays: Number(cover),
      keptAt: keptAt as Place,
      barShare: Number(barPercent) / 100,
      season: seasons[code] ?? null,
    };
    ingredients.push(ingredient);
    for (const [order, offer] of offers.split('; ').entries()) {
      const [, vendor, unit = '', packText = '', number, deposit, vintage, germanOnly, named] =
        articlePattern.exec(offer) ?? [];
      if (!vendor) throw new Error(`not an article: ${offer}`);
      const given = germanOnly !== undefined && country !== 'DE' ? undefined : named;
      const pack = packOf(packText, baseUnit, country);
      // a second vendor is dearer, a second pack of the same vendor is the larger or the finer one
      const markup = order === 0 ? 1 : vendor === offers[0] ? 0.99 : 1.06;
      articles.push({
        index: articles.length,
        vendor: vendor as VendorKey,
        ingredient,
        number: number ?? numbers.next(vendor as VendorKey),
        name: (given ?? (packText === '~' ? name : `${name}, {}`)).replace('{}', pack.label),
        orderUnit: packText === '~' ? pack.weightUnit : unit,
        factor: pack.factor,
        byWeight: packText === '~',
        deposit: (deposit as Deposit | undefined) ?? null,
        vintageYears: vintage === undefined ? null : Number(vintage),
        price: Math.round(((ingredient.price * pack.factor) / priceScale) * markup),
      });
    }
  }
  for (const line of linesOf(unmapped)) {
    const [offer = '', name = ''] = line.split('|');
    const [vendor, orderUnit = '', count, price] = offer.split(' ');
    articles.push({
      index: articles.length,
      vendor: vendor as VendorKey,
      ingredient: null,
      number: numbers.next(vendor as VendorKey),
      name,
      orderUnit,
      factor: priceScale,
      byWeight: false,
      deposit: null,
      vintageYears: null,
      price: Math.round(Number(count) * Number(price) * priceScale),
    });
  }
  return { ingredients, articles };
}

/** Article numbers as each vendor writes them; two of them begin with zeros. */
class NumberMaker {
  private readonly made = new Map<VendorKey, number>();

  next(vendor: VendorKey): string {
    const count = (this.made.get(vendor) ?? 0) + 1;
    this.made.set(vendor, count);
    const padded = (first: number, step: number, digits: number): string =>
      String(first + step * count).padStart(digits, '0');
    switch (vendor) {
      case 'N':
        return padded(104, 59, 6);
      case 'G':
        return `GM-${padded(300, 7, 3)}`;
      case 'E':
        return padded(948, 3, 4);
      case 'C':
        return `CP ${padded(4100, 17, 4)}`;
      case 'V':
        return `WW-{}-${padded(10, 3, 3)}`;
      case 'L':
        return `L-${padded(9000, 5, 4)}`;
      default:
        return `${vendor}-${padded(900, 4, 3)}`;
    }
  }
}
