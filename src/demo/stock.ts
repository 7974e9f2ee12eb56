/**
 * The stock of one kitchen, by storage unit and ingredient, at moving average cost. Every change of the books is one
 * movement row; `check` proves that they add up. Beside the books it knows the shelf, which only a count finds out.
 */
import { costOf, multiplyDivide, priceText, amountText, quantityText } from './decimals.ts';
import { dayText, instantText } from './local-days.ts';
import type { Rows } from './rows.ts';

export type MovementKind = 'RECEIPT' | 'ISSUE' | 'WASTE' | 'ADJUSTMENT' | 'TRANSFER_IN' | 'TRANSFER_OUT';

export interface Source {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The local day of `at`. */
  readonly day: number;
  readonly type: string;
  readonly ref: string;
  readonly note?: string | null;
}

/** Where rows go, and by which numbers the database knows the company's things. */
interface StockRows {
  readonly rows: Rows;
  readonly companyId: number;
  /** By storage unit of this kitchen. */
  readonly storageIds: readonly number[];
  /** By ingredient. */
  readonly itemIds: readonly number[];
  /** A reference for the next movement, unique in the company. */
  readonly nextRef: (kind: MovementKind, day: number) => string;
}

export class Stock {
  /** Ten-thousandths of a base unit, by pair (see `pairOf`). */
  readonly book: Float64Array;
  /** The same, as it really is. */
  readonly shelf: Float64Array;
  /** Minor units of the currency. */
  readonly value: Float64Array;
  private readonly ingredients: number;
  private readonly out: StockRows | null;
  private readonly postedQuantity: Float64Array;
  private readonly postedValue: Float64Array;
  private readonly negativeSince = new Map<number, number>();

  /** @param out null keeps the books without writing them */
  constructor(storages: number, ingredients: number, out: StockRows | null) {
    const pairs = storages * ingredients;
    this.ingredients = ingredients;
    this.out = out;
    this.book = new Float64Array(pairs);
    this.shelf = new Float64Array(pairs);
    this.value = new Float64Array(pairs);
    this.postedQuantity = new Float64Array(pairs);
    this.postedValue = new Float64Array(pairs);
  }

  pairOf(storage: number, ingredient: number): number {
    return storage * this.ingredients + ingredient;
  }

  /** Moving average cost of a base unit, in millionths; 0 with nothing in stock. */
  averageCost(pair: number): number {
    const quantity = this.book[pair] ?? 0;
    return quantity > 0 ? costOf(this.value[pair] ?? 0, quantity) : 0;
  }

  /** What a part of the stock is worth; the last of it takes the whole rest, so no cent stays behind. */
  worthOf(pair: number, quantity: number): number {
    const book = this.book[pair] ?? 0;
    const value = this.value[pair] ?? 0;
    return quantity >= book ? value : multiplyDivide(value, quantity, book);
  }

  receive(pair: number, quantity: number, value: number, source: Source): void {
    this.post(pair, 'RECEIPT', quantity, costOf(value, quantity), value, source);
    this.shelf[pair] = (this.shelf[pair] ?? 0) + quantity;
  }

  /** Whether it is there, and the books still hold something after it: the last of it would take more than was paid. */
  maySendBack(pair: number, quantity: number, value: number): boolean {
    const there = Math.min((this.book[pair] ?? 0) - 1, this.shelf[pair] ?? 0);
    return quantity <= there && value <= (this.value[pair] ?? 0);
  }

  /** At what was paid for it. */
  sendBack(pair: number, quantity: number, value: number, source: Source): void {
    this.post(pair, 'RECEIPT', -quantity, costOf(value, quantity), -value, source);
    this.shelf[pair] = (this.shelf[pair] ?? 0) - quantity;
  }

  /** Not more than the books hold. @returns what was taken */
  take(pair: number, kind: 'ISSUE' | 'WASTE', wanted: number, source: Source): number {
    const quantity = Math.min(wanted, this.book[pair] ?? 0);
    if (quantity <= 0) return 0;
    const cost = this.averageCost(pair);
    this.post(pair, kind, -quantity, cost, -this.worthOf(pair, quantity), source);
    return quantity;
  }

  transfer(from: number, to: number, quantity: number, source: Source): void {
    const cost = this.averageCost(from);
    const worth = this.worthOf(from, quantity);
    this.post(from, 'TRANSFER_OUT', -quantity, cost, -worth, source);
    this.post(to, 'TRANSFER_IN', quantity, cost, worth, source);
    this.shelf[from] = Math.max(0, (this.shelf[from] ?? 0) - quantity);
    this.shelf[to] = (this.shelf[to] ?? 0) + quantity;
  }

  /**
   * A count: the books take over what was found, at average cost, or at `costOtherwise` where there is none.
   * Counts are documents of their own, also where nothing differs.
   */
  count(pair: number, found: number, costOtherwise: number, source: Source): void {
    const before = this.book[pair] ?? 0;
    const cost = this.averageCost(pair) || costOtherwise;
    const difference = found - before;
    // what the product names the adjustment of a count: an import that changes the days before it finds it again
    let ref: string | undefined;
    if (this.out) {
      const { rows, companyId, storageIds, itemIds } = this.out;
      const id = rows.nextId('stock_counts');
      ref = `derived:count:${id}`;
      rows.add('stock_counts', [
        id,
        companyId,
        source.ref,
        storageIds[Math.floor(pair / this.ingredients)] ?? null,
        itemIds[pair % this.ingredients] ?? null,
        instantText(source.at),
        dayText(source.day),
        quantityText(found),
        quantityText(before),
        priceText(cost),
      ]);
    }
    if (difference !== 0) {
      const value = difference < 0 ? -this.worthOf(pair, -difference) : multiplyDivide(difference, cost, 100_000_000);
      this.post(pair, 'ADJUSTMENT', difference, cost, value, source, ref);
    }
    this.shelf[pair] = found;
  }

  /** The level at the end of a day. */
  snapshot(pair: number, day: number): void {
    if (!this.out) return;
    const { rows, companyId, storageIds, itemIds } = this.out;
    rows.add('stock_snapshots', [
      companyId,
      storageIds[Math.floor(pair / this.ingredients)] ?? null,
      itemIds[pair % this.ingredients] ?? null,
      dayText(day),
      quantityText(this.book[pair] ?? 0),
      amountText(this.value[pair] ?? 0),
    ]);
  }

  /** @throws Error if the movements do not add up to the books, or stock was below zero for longer than a day */
  check(): void {
    if (this.negativeSince.size > 0) throw new Error('some stock was left below zero');
    if (!this.out) return;
    for (let pair = 0; pair < this.book.length; pair += 1) {
      if (this.postedQuantity[pair] !== this.book[pair] || this.postedValue[pair] !== this.value[pair]) {
        throw new Error(`the movements of stock ${pair} do not add up to its closing balance`);
      }
    }
  }

  private post(
    pair: number,
    kind: MovementKind,
    quantity: number,
    cost: number,
    value: number,
    source: Source,
    ref?: string,
  ): void {
    const after = (this.book[pair] ?? 0) + quantity;
    const since = this.negativeSince.get(pair);
    if (since !== undefined && source.day - since > 1) throw new Error(`stock ${pair} was below zero for over a day`);
    if (after >= 0) this.negativeSince.delete(pair);
    else if (since === undefined) this.negativeSince.set(pair, source.day);
    this.book[pair] = after;
    this.value[pair] = (this.value[pair] ?? 0) + value;
    if (!this.out) return;
    const { rows, companyId, storageIds, itemIds, nextRef } = this.out;
    rows.add('stock_movements', [
      rows.nextId('stock_movements'),
      companyId,
      ref ?? nextRef(kind, source.day),
      storageIds[Math.floor(pair / this.ingredients)] ?? null,
      itemIds[pair % this.ingredients] ?? null,
      kind,
      instantText(source.at),
      dayText(source.day),
      quantityText(quantity),
      priceText(cost),
      amountText(value),
      source.type,
      source.ref,
      source.note ?? null,
    ]);
    this.postedQuantity[pair] = (this.postedQuantity[pair] ?? 0) + quantity;
    this.postedValue[pair] = (this.postedValue[pair] ?? 0) + value;
  }
}
