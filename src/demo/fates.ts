/**
 * What becomes of an order between the evening it goes out and the morning it arrives: late, in two parts, cancelled;
 * lines short, over, refused, weighed, priced otherwise. All of it is drawn here, at once, and nowhere else.
 */
import { quantityScale } from './decimals.ts';
import type { Order, OrderLine } from './orders.ts';
import type { Random } from './random.ts';
import type { Site } from './site.ts';
import { isClosed } from './vendors.ts';

export interface ArrivingLine {
  readonly line: OrderLine;
  /** Ten-thousandths of an order unit. */
  readonly received: number;
  readonly refused: number;
  /** Millionths, as billed. */
  readonly price: number;
  readonly note: string | null;
}

export interface Arrival {
  readonly day: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly lines: readonly ArrivingLine[];
}

export interface Fate {
  readonly cancelled: boolean;
  /** In order of time; also those after the last day of the demo, which never happen. */
  readonly arrivals: readonly Arrival[];
  /** Lines the vendor struck, or never brought in full. */
  readonly struck: ReadonlySet<OrderLine>;
  readonly short: ReadonlySet<OrderLine>;
}

const refusals: Readonly<Record<string, readonly string[]>> = {
  Produce: ['Refused: bruised', 'Refused: over-ripe', 'Refused: wrong size', 'Refused: wet boxes'],
  Fish: ['Refused: 7 °C on arrival', 'Refused: gills dull', 'Refused: ice melted'],
  Meat: ['Refused: 8 °C on arrival', 'Refused: vacuum broken', 'Refused: wrong cut'],
  Dairy: ['Refused: best before too short', 'Refused: lids open'],
  Bakery: ['Refused: burnt', 'Refused: not baked through'],
};
const otherRefusals = ['Refused: damaged in transit', 'Refused: wrong article'];

const late = { chance: 0.02, from: 19 * 60, last: 24 * 60 - 1, lastMinuteShare: 0.15 };

/** @param arriveAt overrides the vendor's usual hour, for deliveries placed on purpose */
export function drawFate(site: Site, order: Order, expected: number, random: Random, arriveAt: number | null): Fate {
  const { last } = site.company.period;
  const struck = new Set<OrderLine>();
  const short = new Set<OrderLine>();
  if (random.chance(0.015) && arriveAt === null) return { cancelled: true, arrivals: [], struck, short };
  let day = expected;
  // what is due by the last day has come by then, or the demo would open with forgotten orders
  if (arriveAt === null && random.chance(0.04) && nextOpen(expected) <= last) day = nextOpen(expected);
  const second = random.chance(0.06) ? nextOpen(day + random.integer(0, 2)) : null;
  const now: ArrivingLine[] = [];
  const later: ArrivingLine[] = [];
  for (const line of order.lines) {
    if (line.type === 'deposit') continue;
    const arriving = drawLine(site, order, line, random, struck, short);
    if (arriving === null) continue;
    const part = second === null || line.type !== 'item' ? 0 : random.next();
    const half = Math.floor(arriving.received / quantityScale / 2) * quantityScale;
    if (part < 0.5) now.push(arriving);
    else if (part < 0.8 || half === 0 || arriving.refused > 0) later.push(arriving);
    else {
      now.push({ ...arriving, received: half, note: 'First part' });
      later.push({ ...arriving, received: arriving.received - half, note: 'Rest of the order' });
    }
  }
  const arrivals: Arrival[] = [];
  if (now.length > 0) {
    arrivals.push({ day, at: arriveAt ?? arrivalTime(site, order, day, random), lines: withDeposits(order, now) });
  }
  if (later.length > 0 && second !== null) {
    arrivals.push({ day: second, at: arrivalTime(site, order, second, random), lines: withDeposits(order, later) });
  }
  return { cancelled: false, arrivals, struck, short };
}

/** Deposits are paid for the kegs and crates that stayed. */
function withDeposits(order: Order, lines: readonly ArrivingLine[]): ArrivingLine[] {
  const deposits = order.lines.flatMap((line): ArrivingLine[] => {
    if (line.type !== 'deposit') return [];
    const stayed = lines.filter((one) => one.line.article?.deposit === line.deposit);
    const received = stayed.reduce((sum, one) => sum + one.received - one.refused, 0);
    return received > 0 ? [{ line, received, refused: 0, price: line.price, note: null }] : [];
  });
  return [...lines, ...deposits];
}

function nextOpen(day: number): number {
  let next = day + 1;
  while (isClosed(next)) next += 1;
  return next;
}

function arrivalTime(site: Site, order: Order, day: number, random: Random): number {
  const { clock } = site.company;
  const second = random.integer(0, 59);
  if (random.chance(late.chance)) {
    const minute = random.chance(late.lastMinuteShare) ? late.last : random.integer(late.from, late.last);
    return clock.atClock(day, minute, second);
  }
  const [from, to] = order.route.vendor.arrives;
  return clock.atClock(day, random.integer(from, to), second);
}

/** @returns null for a line that does not come at all */
function drawLine(
  site: Site,
  order: Order,
  line: OrderLine,
  random: Random,
  struck: Set<OrderLine>,
  short: Set<OrderLine>,
): ArrivingLine | null {
  const { vendor } = order.route;
  if (line.type !== 'item') return { line, received: line.quantity, refused: 0, price: line.price, note: null };
  const ordered = line.quantity / quantityScale;
  const byWeight = line.article?.byWeight ?? false;
  // an order of one line is not struck: it would have been cancelled
  if (order.lines.length > 2 && random.chance(0.005)) {
    struck.add(line);
    return null;
  }
  let received = byWeight ? Math.max(0.2, Math.round(ordered * (1 + random.normal() * 0.035) * 100) / 100) : ordered;
  let note: string | null = null;
  if (ordered >= 2 && random.chance(vendor.short * 1.15)) {
    received = byWeight
      ? Math.round(received * random.between(0.4, 0.85) * 100) / 100
      : Math.max(1, Math.floor(ordered * random.between(0.3, 0.95)));
    note = 'Short delivered';
    short.add(line);
  } else if (random.chance(0.01)) {
    received = byWeight
      ? Math.round(received * 1.25 * 100) / 100
      : ordered + random.integer(1, Math.max(1, Math.round(ordered / 5)));
    note = 'More than ordered';
  }
  let refused = 0;
  if (random.chance(vendor.refused)) {
    const all = random.chance(0.55) || received < 2;
    refused = all ? received : byWeight ? Math.round(received * 50) / 100 : random.integer(1, Math.floor(received) - 1);
    note = random.pick(refusals[line.article?.ingredient?.category ?? ''] ?? otherRefusals);
    if (site.company.profile.country === 'US')
      note = note.replace(/(\d) °C/, (_, degrees) => `${Number(degrees) + 38} °F`);
  }
  let { price } = line;
  if (random.chance(0.02)) {
    price = Math.max(10_000, Math.round((price * (1 + random.between(-0.02, 0.05))) / 10_000) * 10_000);
    if (price !== line.price && note === null) note = 'Billed at another price than ordered';
  }
  return { line, received: scaled(received), refused: scaled(refused), price, note };
}

const scaled = (quantity: number): number => Math.round(quantity * quantityScale);
