/**
 * Purchase orders: what a buyer picks of an evening, and the order as it is stored. What becomes of an order is decided
 * when it is placed (see fates.ts), so its row carries its final status from the start.
 */
import { goodsClassOf, taxRateOf } from './articles.ts';
import type { Article, Deposit } from './catalogue/catalogue.ts';
import { amountOf, priceScale, priceText, quantityScale, quantityText } from './decimals.ts';
import { dayText, instantText } from './local-days.ts';
import { inSeason } from './prices.ts';
import type { Random } from './random.ts';
import type { Route, Site } from './site.ts';
import { levelOn } from './volume.ts';

type LineType = 'item' | 'fee' | 'freight' | 'discount' | 'deposit';
export type OrderStatus =
  | 'draft'
  | 'scheduled'
  | 'sent'
  | 'confirmed'
  | 'partially_received'
  | 'received'
  | 'cancelled';

export interface OrderLine {
  /** purchase_order_lines.id */
  readonly id: number;
  readonly lineNo: number;
  readonly type: LineType;
  /** Null for charges. */
  readonly article: Article | null;
  /** What a deposit line is for. */
  readonly deposit: Deposit | null;
  readonly number: string;
  readonly description: string;
  readonly orderUnit: string;
  /** Ten-thousandths of an order unit. */
  readonly quantity: number;
  /** Millionths of the currency. */
  readonly price: number;
  /** Millionths. */
  readonly taxRate: number;
}

export interface Order {
  readonly id: number;
  readonly number: string;
  readonly route: Route;
  readonly lines: readonly OrderLine[];
}

export interface Pick {
  readonly article: Article;
  /** Ten-thousandths of an order unit. */
  readonly quantity: number;
}

export interface LineFate {
  readonly status: 'open' | 'cancelled' | 'closed';
  readonly note: string | null;
}

interface Candidate {
  readonly article: Article;
  readonly quantity: number;
  /** Days until there is none left. */
  readonly left: number;
  readonly needed: boolean;
}

/** Picks for one delivery: what runs out first, about as many lines as the vendor usually brings. */
export function pickLines(site: Site, route: Route, orderDay: number, expected: number, random: Random): Pick[] {
  const level = levelOn(orderDay, site.company.profile.climate, site.company.period.first) * site.profile.volume;
  const candidates: Candidate[] = [];
  for (const { ingredient, articles, usual } of route.offerings) {
    // no more is ordered in the last days of a season
    if (!inSeason(ingredient, expected) || !inSeason(ingredient, expected + 2)) continue;
    const rate = ingredient.dailyUse * level;
    const pair = site.pairOf(ingredient);
    let held = site.stock.book[pair] ?? 0;
    if (site.hasBarStock(ingredient)) held += site.stock.book[site.pairOf(ingredient, 'bar')] ?? 0;
    const position = held / quantityScale + (site.onOrder[ingredient.index] ?? 0) - rate * (expected - orderDay - 1);
    const left = position / rate;
    const wanted = Math.max(ingredient.coverDays * 1.5, route.apartDays * 1.3 + 2.5);
    if (left > wanted * 0.8) continue;
    if (!usual && left > 1 && !random.chance(0.2)) continue;
    const article = articles[articles.length === 1 || random.chance(0.7) ? 0 : random.integer(1, articles.length - 1)];
    if (!article) continue;
    const missing = (wanted * rate - position) / (article.factor / priceScale);
    const whole = article.byWeight ? Math.max(1, Math.round(missing * 2) / 2) : Math.max(1, Math.round(missing));
    const needed = left < route.apartDays * 1.1 + 0.8 + 0.3 * ingredient.coverDays;
    candidates.push({ article, quantity: whole * quantityScale, left, needed });
  }
  candidates.sort((a, b) => Number(b.needed) - Number(a.needed) || a.left - b.left);
  const count = Math.max(1, Math.round(random.logNormal(route.lines, 0.35)));
  const urgent = candidates.filter((candidate) => candidate.left < 1).length;
  const picks: Pick[] = candidates.slice(0, Math.max(count, Math.min(urgent, Math.ceil(count * 1.5))));
  for (const article of route.unmapped) {
    if (random.chance(0.18)) picks.push({ article, quantity: random.integer(1, 3) * quantityScale });
  }
  return picks.sort((a, b) => a.article.index - b.article.index);
}

const depositPrices: Readonly<Record<Deposit, number>> = { keg: 30 * priceScale, crate: 3.3 * priceScale };
const depositNames: Readonly<Record<Deposit, readonly [string, string]>> = {
  keg: ['PF-KEG', 'Deposit, keg'],
  crate: ['PF-CRATE', 'Deposit, crate with bottles'],
};

/**
 * Gives an order its number and lines; stores nothing yet. Charges follow the articles: deposits for what comes in
 * kegs and crates, then what this vendor likes to add.
 */
export function writeOrder(site: Site, route: Route, picks: readonly Pick[], orderDay: number, random: Random): Order {
  const { company } = site;
  const { rows, prices, articles, profile } = company;
  const lines: OrderLine[] = [];
  const add = (line: Omit<OrderLine, 'id' | 'lineNo'>): void => {
    lines.push({ id: rows.nextId('purchase_order_lines'), lineNo: lines.length + 1, ...line });
  };
  let total = 0;
  for (const { article, quantity } of picks) {
    const offer = articles.on(article, orderDay);
    const price = prices.priceOf(article, orderDay);
    total += amountOf(quantity, price);
    add({
      type: 'item',
      article,
      deposit: null,
      number: offer.number,
      description: offer.name,
      orderUnit: article.orderUnit,
      quantity,
      price,
      taxRate: taxRateOf(goodsClassOf(article), profile.country),
    });
  }
  const charge = (type: LineType, number: string, description: string, price: number): void =>
    add({
      type,
      article: null,
      deposit: null,
      number,
      description,
      orderUnit: 'pc',
      quantity: quantityScale,
      price: Math.round(price * 100) * 10_000,
      taxRate: taxRateOf('charge', profile.country),
    });
  for (const deposit of ['keg', 'crate'] as const) {
    const quantity = picks.reduce((sum, pick) => sum + (pick.article.deposit === deposit ? pick.quantity : 0), 0);
    if (quantity === 0) continue;
    const [number, description] = depositNames[deposit];
    const taxRate = taxRateOf('deposit', profile.country);
    add({
      type: 'deposit',
      article: null,
      deposit,
      number,
      description,
      orderUnit: 'pc',
      quantity,
      price: depositPrices[deposit],
      taxRate,
    });
  }
  const euros = total / 100;
  if (route.vendor.key === 'E') charge('fee', 'ICE', 'Ice and packaging', 4.8);
  if (route.vendor.key === 'N' && euros < 250) charge('freight', 'FR-1', 'Delivery charge, small order', 12.5);
  if (route.vendor.key === 'N' && random.chance(0.2)) charge('fee', 'TOLL', 'Toll and fuel surcharge', 3.95);
  if (route.vendor.key === 'K' && euros < 200) charge('freight', 'FRT', 'Freight', 6.9);
  if (route.vendor.key === 'V' && euros < 300) charge('freight', 'FRT', 'Freight, insured', 9.5);
  if (route.vendor.key === 'C' && euros > 300) charge('discount', 'RAB3', 'Volume discount, 3 %', -euros * 0.03);
  return { id: rows.nextId('purchase_orders'), number: company.numbers.document('PO', orderDay), route, lines };
}

/** Stores an order and its lines. @param sent when it went out; null for drafts and scheduled orders */
export function storeOrder(
  site: Site,
  order: Order,
  status: OrderStatus,
  sent: { at: number; day: number } | null,
  expected: number | null,
  fateOf: (line: OrderLine) => LineFate,
): void {
  const { company } = site;
  const { rows, itemIds } = company;
  rows.add('purchase_orders', [
    order.id,
    company.id,
    order.number,
    company.vendorIds.get(order.route.vendor.key) ?? null,
    order.route.location.id,
    status,
    sent === null ? null : instantText(sent.at),
    sent === null ? null : dayText(sent.day),
    expected === null ? null : dayText(expected),
    company.profile.currency,
  ]);
  for (const line of order.lines) {
    const fate = fateOf(line);
    const ingredient = line.article?.ingredient ?? null;
    rows.add('purchase_order_lines', [
      line.id,
      company.id,
      order.id,
      line.lineNo,
      line.type,
      line.article === null ? null : company.articles.on(line.article, sent?.day ?? company.period.last).id,
      ingredient === null ? null : (itemIds[ingredient.index] ?? null),
      line.number,
      line.description,
      line.orderUnit,
      priceText(line.article?.factor ?? priceScale),
      quantityText(line.quantity),
      priceText(line.price),
      priceText(line.taxRate),
      fate.status,
      fate.note,
    ]);
  }
}
