/**
 * A day in the kitchen: goods move to the bar, are cooked, thrown away and counted. What is booked follows recipes and
 * the guests of the day; what really leaves the shelf is a little more, and only a count shows it.
 */
import type { Ingredient } from './catalogue/catalogue.ts';
import { costOf, priceScale, quantityScale } from './decimals.ts';
import { dayText, isMonthEnd, weekdayOf } from './local-days.ts';
import { inSeason, priceLevel } from './prices.ts';
import type { Random } from './random.ts';
import type { Site } from './site.ts';
import { isClosed } from './vendors.ts';
import { levelOn, volumeOn } from './volume.ts';

/** One ingredient in one storage unit. */
interface Use {
  readonly ingredient: Ingredient;
  readonly pair: number;
  readonly storage: number;
  /** Base units on a day of volume 1, of a typical site. */
  readonly daily: number;
  /** Quantities are booked in multiples of this, ten-thousandths. */
  readonly step: number;
  /** Pair it is filled up from; null where vendors deliver. */
  readonly filledFrom: number | null;
  /** Counted every week, not only every month. */
  readonly countedWeekly: boolean;
}

interface Habit {
  /** Share of days on which it is used at all. */
  readonly active: number;
  /** Wasted share, and the share of days on which some is. */
  readonly waste: number;
  readonly wasteDays: number;
}

const habits: Readonly<Record<string, Habit>> = {
  Produce: { active: 0.93, waste: 0.034, wasteDays: 0.5 },
  Meat: { active: 0.92, waste: 0.009, wasteDays: 0.25 },
  Fish: { active: 0.9, waste: 0.028, wasteDays: 0.45 },
  Dairy: { active: 0.9, waste: 0.011, wasteDays: 0.25 },
  Bakery: { active: 0.97, waste: 0.03, wasteDays: 0.5 },
  'Dry goods': { active: 0.68, waste: 0.003, wasteDays: 0.05 },
  Drinks: { active: 0.93, waste: 0.004, wasteDays: 0.08 },
  'Non-food': { active: 0.55, waste: 0.001, wasteDays: 0.01 },
};
const seldom: Habit = { active: 0.5, waste: 0, wasteDays: 0 };
const sundayWaste = 2.2;
const noise = 0.08;
const shrinkage = 0.007;
const weeklyCounts = 80;
const reasons = ['Spoiled', 'Over-prepped', 'Dropped', 'Past its date', 'Sent back by a guest', 'Trimmings'];

const pieces = new Set(['pc', 'bottle', 'tin']);

export class Kitchen {
  private readonly site: Site;
  private readonly uses: readonly Use[];
  private readonly random: Random;

  constructor(site: Site) {
    this.site = site;
    this.random = site.random.fork('kitchen');
    const { ingredients } = site.company.catalogue;
    const worth = ingredients.map((ingredient) => ingredient.dailyUse * ingredient.price).sort((a, b) => b - a);
    const least = worth[weeklyCounts - 1] ?? 0;
    this.uses = ingredients.flatMap((ingredient): Use[] => {
      const usual = site.pairOf(ingredient);
      const base = {
        ingredient,
        step: stepOf(ingredient, ingredient.dailyUse * site.profile.volume),
        countedWeekly: ingredient.dailyUse * ingredient.price >= least,
      };
      const kept = site.profile.keeps[ingredient.keptAt];
      if (!site.hasBarStock(ingredient))
        return [{ ...base, pair: usual, storage: kept, daily: ingredient.dailyUse, filledFrom: null }];
      const bar = site.pairOf(ingredient, 'bar');
      const atBar = ingredient.dailyUse * ingredient.barShare;
      return [
        { ...base, pair: usual, storage: kept, daily: ingredient.dailyUse - atBar, filledFrom: null },
        { ...base, pair: bar, storage: site.profile.keeps.bar, daily: atBar, filledFrom: usual },
      ];
    });
  }

  /** The count that opens the books, in the night before the first day. */
  open(): void {
    const { company, profile } = this.site;
    const day = company.period.first - 1;
    const level = levelOn(day, company.profile.climate, company.period.first) * profile.volume;
    const at = company.clock.atClock(day, 22 * 60 + 30);
    const source = { at, day, type: 'count', ref: this.countRef(day, 'OPEN'), note: 'Opening stock' };
    for (const use of this.uses) {
      if (!inSeason(use.ingredient, company.period.first)) continue;
      const cover = Math.min(use.filledFrom === null ? use.ingredient.coverDays : 3, 14);
      const quantity = rounded(use.daily * level * cover * this.random.between(0.6, 1.1), use.step);
      this.site.stock.count(use.pair, quantity, this.usualCost(use), source);
    }
  }

  /** Puts the day's work beside the deliveries that are due; on closed days there is none. */
  planDay(day: number): void {
    if (isClosed(day)) return;
    const { site, random } = this;
    const { clock, profile, period } = site.company;
    const volume = volumeOn(day, profile.climate, period.first) * site.profile.volume;
    const plan = (hour: number, from: number, to: number, run: (at: number) => void): void => {
      const at = clock.atClock(day, hour * 60 + random.integer(from, to), random.integer(0, 59));
      site.schedule(day, at, () => run(at));
    };
    plan(15, 0, 50, (at) => this.fillTheBar(day, at));
    plan(15, 51, 59, (at) => this.waste(day, at, volume, 0.3));
    plan(22, 0, 25, (at) => this.waste(day, at, volume, 0.7));
    plan(22, 30, 55, (at) => this.issue(day, at, volume));
    const monthEnd = isMonthEnd(day);
    if (monthEnd || weekdayOf(day) === 6) plan(23, 5, 50, (at) => this.count(day, at, monthEnd));
  }

  closeDay(day: number): void {
    if (!isMonthEnd(day)) return;
    for (const use of this.uses) this.site.stock.snapshot(use.pair, day);
  }

  private fillTheBar(day: number, at: number): void {
    const { site, random } = this;
    const { company, stock } = site;
    const level = levelOn(day, company.profile.climate, company.period.first) * site.profile.volume;
    let ref: string | null = null;
    for (const use of this.uses) {
      if (use.filledFrom === null) continue;
      const rate = use.daily * level * quantityScale;
      if ((stock.book[use.pair] ?? 0) > rate * random.between(1.1, 1.6)) continue;
      const there = Math.min(stock.book[use.filledFrom] ?? 0, stock.shelf[use.filledFrom] ?? 0);
      const quantity = Math.min(
        rounded(use.daily * level * 3.2, use.step),
        Math.floor((there * 0.7) / use.step) * use.step,
      );
      if (quantity <= 0) continue;
      ref ??= company.numbers.document('TR', day);
      stock.transfer(use.filledFrom, use.pair, quantity, { at, day, type: 'transfer', ref });
    }
  }

  private issue(day: number, at: number, volume: number): void {
    const { random } = this;
    const source = { at, day, type: 'depletion', ref: `POS-${dayText(day)}` };
    for (const use of this.uses) {
      const habit = habits[use.ingredient.category] ?? seldom;
      if (!random.chance(habit.active) || leftOver(use.ingredient, day)) continue;
      const planned = Math.max(0, (use.daily * volume * (1 + noise * random.normal())) / habit.active);
      this.consume(use, 'ISSUE', stochastic(planned, use.step, random), source);
    }
  }

  private waste(day: number, at: number, volume: number, share: number): void {
    const { random } = this;
    const sunday = weekdayOf(day) === 6 ? sundayWaste : 1;
    for (const use of this.uses) {
      const habit = habits[use.ingredient.category] ?? seldom;
      if (leftOver(use.ingredient, day)) {
        const rest = this.site.stock.book[use.pair] ?? 0;
        if (rest > 0)
          this.consume(use, 'WASTE', rest, { at, day, type: 'waste', ref: wasteRef(day), note: 'End of season' });
        continue;
      }
      const days = Math.min(0.95, habit.wasteDays * Math.sqrt(sunday)) * share;
      if (!random.chance(days)) continue;
      const planned = (use.daily * volume * habit.waste * sunday * share * random.between(0.5, 1.5)) / days;
      const quantity = stochastic(planned, use.step, random);
      if (quantity > 0)
        this.consume(use, 'WASTE', quantity, {
          at,
          day,
          type: 'waste',
          ref: wasteRef(day),
          note: random.pick(reasons),
        });
    }
  }

  /** Takes what is there, and a little more than is booked. */
  private consume(
    use: Use,
    kind: 'ISSUE' | 'WASTE',
    wanted: number,
    source: Parameters<Site['stock']['take']>[3],
  ): void {
    const { stock } = this.site;
    const shelf = stock.shelf[use.pair] ?? 0;
    const within = wanted <= shelf ? wanted : Math.floor(shelf / use.step) * use.step;
    const taken = stock.take(
      use.pair,
      kind,
      kind === 'WASTE' && source.note === 'End of season' ? wanted : within,
      source,
    );
    const really = taken * (1 + 0.012 * this.random.normal() + shrinkage * this.random.between(0, 2));
    stock.shelf[use.pair] = Math.max(0, shelf - really);
  }

  private count(day: number, at: number, all: boolean): void {
    const { stock } = this.site;
    const source = { at, day, type: 'count', ref: this.countRef(day, all ? 'MONTH' : 'WEEK') };
    for (const use of this.uses) {
      if (!all && !use.countedWeekly) continue;
      const book = stock.book[use.pair] ?? 0;
      const found = rounded((stock.shelf[use.pair] ?? 0) / quantityScale, countingStep(use));
      // what agrees with the books but for the scale's last digit is taken as agreeing
      const agrees = Math.abs(found - book) <= countingStep(use);
      stock.count(use.pair, agrees ? book : found, this.usualCost(use), source);
    }
  }

  private countRef(day: number, kind: string): string {
    return `CNT-${dayText(day)}-${kind}${this.site.index > 0 ? `-${this.site.index}` : ''}`;
  }

  /** What a base unit costs where the books know no price: the usual vendor's. */
  private usualCost(use: Use): number {
    const { company } = this.site;
    const article = company.catalogue.articles.find((one) => one.ingredient === use.ingredient);
    if (!article) return Math.round(use.ingredient.price * priceLevel[company.profile.country]);
    const price = company.prices.priceOf(article, company.period.first);
    return costOf(Math.round(price / 10_000), Math.round((article.factor * quantityScale) / priceScale));
  }
}

/** Still in stock though its season is over. */
const leftOver = (ingredient: Ingredient, day: number): boolean =>
  !inSeason(ingredient, day) && !inSeason(ingredient, day - 2);

const wasteRef = (day: number): string => `WL-${dayText(day)}`;

function stepOf(ingredient: Ingredient, daily: number): number {
  if (pieces.has(ingredient.baseUnit))
    return ingredient.baseUnit === 'bottle' && daily < 3 ? quantityScale / 4 : quantityScale;
  if (daily < 0.2) return 50;
  return daily < 2 ? 100 : 1000;
}

const countingStep = (use: Use): number => (pieces.has(use.ingredient.baseUnit) ? use.step : Math.max(use.step, 500));

/** Base units to ten-thousandths in whole steps. */
const rounded = (quantity: number, step: number): number => Math.round((quantity * quantityScale) / step) * step;

/** The same, up or down by chance, so that small quantities are right on average. */
function stochastic(quantity: number, step: number, random: Random): number {
  const steps = (quantity * quantityScale) / step;
  const whole = Math.floor(steps);
  return (whole + (random.chance(steps - whole) ? 1 : 0)) * step;
}
