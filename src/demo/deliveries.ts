/**
 * What is written when goods come, go back, or are made good: receipts, returns and credits with their lines, and what
 * they do to the stock. Net amounts are rounded per line; a few stand as the vendor wrote them, cents beside the sum.
 */
import {
  amountOf,
  amountText,
  baseQuantityOf,
  priceScale,
  priceText,
  quantityScale,
  quantityText,
  taxOf,
} from './decimals.ts';
import type { Arrival, ArrivingLine } from './fates.ts';
import { dayText, instantText } from './local-days.ts';
import type { Order, OrderLine } from './orders.ts';
import type { Random } from './random.ts';
import type { Route, Site } from './site.ts';
import { isClosed } from './vendors.ts';

type ReceiptKind = 'receipt' | 'return' | 'credit';

interface WrittenLine {
  readonly line: OrderLine;
  /** Ten-thousandths of an order unit; negative for returns. */
  readonly received: number;
  readonly refused: number;
  /** Millionths. */
  readonly price: number;
  /** Minor units. */
  readonly net: number;
  readonly note: string | null;
}

interface Document {
  readonly kind: ReceiptKind;
  readonly order: Order;
  readonly day: number;
  /** Null where only the day is known. */
  readonly at: number | null;
  readonly lines: readonly WrittenLine[];
}

const prefixes = { receipt: 'GR', return: 'RT', credit: 'CR' } as const;
export const asInvoiced = 'Net amount as invoiced';

/** @returns our number of the document */
function writeDocument(site: Site, document: Document, random: Random): string {
  const { company } = site;
  const { rows, period } = company;
  const { kind, order, day, at } = document;
  const { vendor, location } = order.route;
  const id = rows.nextId('receipts');
  const number = company.numbers.document(prefixes[kind], day);
  const vendorId = company.vendorIds.get(vendor.key) ?? null;
  const posted = day + random.integer(0, 6);
  rows.add('receipts', [
    id,
    company.id,
    number,
    kind,
    vendorId,
    location.id,
    location.storageId,
    at === null ? null : instantText(at),
    dayText(day),
    // not yet in the books if that day is still to come
    posted > period.last ? null : dayText(posted),
    company.numbers.paper(vendor, day),
    order.id,
  ]);
  for (const { line, received, refused, price, net, note } of document.lines) {
    const ingredient = line.article?.ingredient ?? null;
    rows.add('receipt_lines', [
      rows.nextId('receipt_lines'),
      company.id,
      dayText(day),
      location.id,
      vendorId,
      ingredient === null ? null : (company.itemIds[ingredient.index] ?? null),
      id,
      line.id,
      order.number,
      line.lineNo,
      line.type,
      kind,
      line.number,
      line.description,
      line.type === 'item' ? (ingredient?.category ?? null) : 'Charges',
      line.orderUnit,
      priceText(line.article?.factor ?? priceScale),
      quantityText(line.quantity),
      quantityText(received),
      quantityText(refused),
      priceText(price),
      priceText(line.taxRate),
      amountText(net),
      amountText(taxOf(net, line.taxRate)),
      company.profile.currency,
      note,
    ]);
  }
  return number;
}

/** Goods arrive: the receipt, the stock, and what will come of it in the days after. */
export function receiveArrival(site: Site, order: Order, arrival: Arrival, random: Random): void {
  const lines = arrival.lines.map((arriving) => billed(arriving, random));
  const { at, day } = arrival;
  const ref = writeDocument(site, { kind: 'receipt', order, day, at, lines }, random);
  for (const line of lines) {
    const { article } = line.line;
    const ingredient = article?.ingredient;
    if (!article || !ingredient) continue;
    const accepted = line.received - line.refused;
    const base = baseQuantityOf(accepted, article.factor);
    if (base > 0) site.stock.receive(site.pairOf(ingredient), base, line.net, { at, day, type: 'receipt', ref });
    if (accepted <= 0) continue;
    if (random.chance(0.013)) planReturn(site, order, line, day, random);
    if (random.chance(0.008)) planCredit(site, order, line, day, random);
  }
}

function billed({ line, received, refused, price, note }: ArrivingLine, random: Random): WrittenLine {
  const net = amountOf(received - refused, price);
  if (line.type !== 'item' || net < 500 || !random.chance(0.007)) return { line, received, refused, price, net, note };
  const cents = random.integer(1, 3) * (random.chance(0.5) ? 1 : -1);
  return { line, received, refused, price, net: net + cents, note: asInvoiced };
}

const returnReasons = [
  'Returned: mould',
  'Returned: delivered by mistake',
  'Returned: best before passed',
  'Returned: recalled by the vendor',
];

function planReturn(site: Site, order: Order, delivered: WrittenLine, day: number, random: Random): void {
  const { company } = site;
  const back = openDayFrom(day + random.integer(1, 5));
  if (back > company.period.last) return;
  const at = company.clock.atClock(back, random.integer(7 * 60, 12 * 60), random.integer(0, 59));
  const wanted = Math.max(
    quantityScale,
    Math.floor(((delivered.received - delivered.refused) * random.next()) / quantityScale) * quantityScale,
  );
  const note = random.pick(returnReasons);
  site.schedule(back, at, () => {
    const { line, price } = delivered;
    const ingredient = line.article?.ingredient;
    const factor = line.article?.factor ?? priceScale;
    let quantity = Math.min(wanted, delivered.received - delivered.refused);
    let base = baseQuantityOf(quantity, factor);
    if (ingredient) {
      const pair = site.pairOf(ingredient);
      const there = Math.min((site.stock.book[pair] ?? 0) - 1, site.stock.shelf[pair] ?? 0);
      if (base > there) quantity = Math.floor((there * priceScale) / factor / quantityScale) * quantityScale;
      base = baseQuantityOf(quantity, factor);
    }
    if (quantity <= 0) return;
    const net = -amountOf(quantity, price);
    if (ingredient && !site.stock.maySendBack(site.pairOf(ingredient), base, -net)) return;
    const written = { line, received: -quantity, refused: 0, price, net, note };
    const ref = writeDocument(site, { kind: 'return', order, day: back, at, lines: [written] }, random);
    if (ingredient)
      site.stock.sendBack(site.pairOf(ingredient), base, -net, { at, day: back, type: 'return', ref, note });
  });
}

const creditReasons = [
  'Credit: billed above the agreed price',
  'Credit: quality complaint',
  'Credit: promotion price not applied',
];

/** A credit is paper: no goods move, and it has a day but no hour. */
function planCredit(site: Site, order: Order, delivered: WrittenLine, day: number, random: Random): void {
  const { company } = site;
  const on = openDayFrom(day + random.integer(3, 20));
  const share = random.between(0.03, 0.18);
  const note = random.pick(creditReasons);
  const net = -Math.max(1, Math.round(delivered.net * share));
  if (on > company.period.last) return;
  site.schedule(on, company.clock.startOf(on), () => {
    const { line, price } = delivered;
    const written = { line, received: 0, refused: 0, price, net, note };
    writeDocument(site, { kind: 'credit', order, day: on, at: null, lines: [written] }, random);
  });
}

function openDayFrom(day: number): number {
  let open = day;
  while (isClosed(open)) open += 1;
  return open;
}

/** Kegs and crates that stayed, by route, until the driver takes them back a week later. */
export class Empties {
  private readonly waiting = new Map<Route, { order: Order; lines: ArrivingLine[] }[]>();

  /** The driver brings `order` and takes along what earlier ones left. */
  exchange(site: Site, order: Order, arrival: Arrival, random: Random): void {
    const deposits = arrival.lines.filter((one) => one.line.type === 'deposit');
    const before = this.waiting.get(order.route) ?? [];
    this.waiting.set(order.route, deposits.length > 0 ? [{ order, lines: deposits }] : []);
    const at = Math.min(arrival.at + 6 * 60_000, site.company.clock.startOf(arrival.day + 1) - 1000);
    for (const earlier of before) {
      const lines = earlier.lines.map(({ line, received, price }): WrittenLine => {
        // a few bottles and kegs are always missing
        const quantity = Math.max(1, Math.round((received / quantityScale) * random.between(0.88, 1))) * quantityScale;
        return {
          line,
          received: -quantity,
          refused: 0,
          price,
          net: -amountOf(quantity, price),
          note: 'Empties returned',
        };
      });
      writeDocument(site, { kind: 'return', order: earlier.order, day: arrival.day, at, lines }, random);
    }
  }
}
