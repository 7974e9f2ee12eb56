/**
 * What an order unit costs on a day: list price x season x shock x the vendor's own movement, week by week.
 * One book serves a whole company, so every site of it pays the same.
 */
import type { Article, Ingredient } from './catalogue/catalogue.ts';
import { priceScale } from './decimals.ts';
import { dayText, mondayOf, monthDayOf, monthOf, weekOf } from './local-days.ts';
import type { Random } from './random.ts';
import { type Country, type PriceMove, vendorProfiles } from './vendors.ts';

export function inSeason({ season }: Ingredient, day: number): boolean {
  if (season === null) return true;
  const monthDay = monthDayOf(day);
  return monthDay >= season[0] && monthDay <= season[1];
}

/** Factor in February (dearest) and in August (cheapest). */
const seasonalPrices: Readonly<Record<string, readonly [number, number]>> = {
  'PRO-001': [1.5, 0.75],
  'PRO-002': [1.4, 0.8],
  'PRO-003': [1.08, 0.94],
  'PRO-012': [1.3, 0.85],
  'PRO-013': [1.25, 0.85],
  'PRO-014': [1.2, 0.85],
  'PRO-015': [1.2, 0.88],
  'PRO-016': [1.45, 0.75],
  'PRO-017': [1.4, 0.75],
  'PRO-018': [1.35, 0.8],
  'PRO-019': [1.3, 0.82],
  'PRO-021': [1.2, 0.85],
  'PRO-022': [1.15, 0.85],
  'PRO-037': [1.35, 0.75],
  'PRO-039': [1.2, 0.85],
  'PRO-041': [1.2, 0.9],
  'FIS-004': [1.08, 0.95],
  'DAI-020': [1.04, 0.97],
};

const oliveOil = 'DRY-031';
const shockSize = 0.35;
const shockDays = 182;
/** Prices of the catalogue are in EUR; a dollar buys a little less. */
export const priceLevel: Readonly<Record<Country, number>> = { DE: 1, US: 1.18 };

export class PriceBook {
  private readonly random: Random;
  private readonly country: Country;
  private readonly firstWeek: number;
  private readonly weeks: number;
  private readonly shockStart: number;
  /** By vendor and ingredient (or article): the vendor's own movement, a factor a week. */
  private readonly movements = new Map<string, Float64Array>();
  /** By article: millionths a week, 0 where not asked for yet. */
  private readonly known: Float64Array[] = [];

  /** @param first, last: days that will be asked for */
  constructor(options: { country: Country; random: Random; first: number; last: number }) {
    this.country = options.country;
    this.random = options.random;
    this.firstWeek = weekOf(options.first);
    this.weeks = weekOf(options.last) - this.firstWeek + 1;
    this.shockStart = options.first + Math.round((options.last - options.first) * 0.3);
  }

  /** Millionths of the company's currency for one order unit, rounded to what the vendor prints. */
  priceOf(article: Article, day: number): number {
    const weeks = (this.known[article.index] ??= new Float64Array(this.weeks));
    const week = weekOf(day) - this.firstWeek;
    const before = weeks[week];
    if (before) return before;
    const profile = vendorProfiles[article.vendor];
    const monday = mondayOf(weekOf(day));
    const factor =
      priceLevel[this.country] *
      this.seasonOf(article, monday) *
      this.shockOf(article, monday) *
      (this.movementOf(article)[week] ?? 1);
    const step = priceScale / 10 ** profile.priceDigits;
    const price = Math.max(step, Math.round((article.price * factor) / step) * step);
    weeks[week] = price;
    return price;
  }

  private seasonOf(article: Article, day: number): number {
    const [high, low] = seasonalPrices[article.ingredient?.code ?? ''] ?? [1, 1];
    const yearDay = (monthOf(day) - 1) * 30.4 + Number(dayText(day).slice(8));
    return (high + low) / 2 + ((high - low) / 2) * Math.cos(((yearDay - 46) / 365) * 2 * Math.PI);
  }

  /** Olive oil becomes dearer for half a year and stays so. */
  private shockOf(article: Article, day: number): number {
    if (article.ingredient?.code !== oliveOil) return 1;
    return 1 + shockSize * Math.min(1, Math.max(0, (day - this.shockStart) / shockDays));
  }

  private movementOf(article: Article): Float64Array {
    const { price } = vendorProfiles[article.vendor];
    // what walks is the market of an ingredient; what steps is the price list, article by article
    const of = price.kind === 'walk' ? (article.ingredient?.code ?? article.number) : article.number;
    const key = `${article.vendor}/${of}`;
    let movement = this.movements.get(key);
    if (!movement) {
      movement = movementFrom(price, this.random.fork(key), this.firstWeek, this.weeks);
      this.movements.set(key, movement);
    }
    return movement;
  }
}

function movementFrom(move: PriceMove, random: Random, firstWeek: number, weeks: number): Float64Array {
  const factors = new Float64Array(weeks);
  let level = 0;
  let stepAt = move.kind === 'steps' ? random.integer(0, Math.ceil(52 / move.yearly) - 1) : 0;
  for (let week = 0; week < weeks; week += 1) {
    if (move.kind === 'walk') {
      // drawn back a tenth every week, or half a year of weekly noise would leave no price in sight of its list
      level = level * 0.9 + random.normal() * move.weekly;
      factors[week] = Math.exp(level) * 1.0006 ** week;
      continue;
    }
    const apart = 52 / move.yearly;
    // four steps a year fall on the quarters; fewer fall where they fall
    const due = move.yearly >= 4 ? (firstWeek + week) % 13 === 0 : week >= stepAt;
    if (due && week > 0) {
      stepAt += Math.round(apart);
      const size = random.between(move.low, move.high);
      level += random.chance(0.68) ? size : -size * 0.7;
    }
    factors[week] = Math.exp(level);
  }
  return factors;
}
