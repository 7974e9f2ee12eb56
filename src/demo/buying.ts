/**
 * The buyer of one kitchen: orders go out the evening before a delivery. On the last evening the orders stay open:
 * always four sent and three drafts, some confirmed and some scheduled.
 */
import { Empties, receiveArrival } from './deliveries.ts';
import { type Fate, drawFate } from './fates.ts';
import { weekOf, weekdayOf } from './local-days.ts';
import {
  type LineFate,
  type Order,
  type OrderLine,
  type OrderStatus,
  pickLines,
  storeOrder,
  writeOrder,
} from './orders.ts';
import type { Random } from './random.ts';
import type { Route, Site } from './site.ts';
import { type VendorKey, deliversOn, isClosed } from './vendors.ts';

const openOrders: readonly OrderStatus[] = [
  'sent',
  'sent',
  'sent',
  'sent',
  'confirmed',
  'confirmed',
  'scheduled',
  'scheduled',
  'draft',
  'draft',
  'draft',
];

/** Who comes on the nights the clocks change. */
const nightVendors: readonly VendorKey[] = ['G', 'E', 'D', 'M'];

/** Short lines of the last days may still be brought; older ones are closed. */
const mayStillComeDays = 7;

export class Buying {
  private readonly site: Site;
  private readonly random: Random;
  private readonly empties = new Empties();

  constructor(site: Site) {
    this.site = site;
    this.random = site.random.fork('buying');
  }

  /** The orders of an evening, for the next day that anybody delivers on. */
  placeOrders(orderDay: number): void {
    if (isClosed(orderDay)) return;
    let expected = orderDay + 1;
    while (isClosed(expected)) expected += 1;
    const { clock } = this.site.company;
    // before a night of change somebody comes in the day's last minute
    let lastMinute = clock.clockChanges.includes(expected + 1)
      ? clock.afterStart(expected, clock.minutesIn(expected) - 1, 30)
      : null;
    for (const route of this.site.routes) {
      if (!this.comes(route, expected)) continue;
      this.order(route, orderDay, expected, lastMinute);
      lastMinute = null;
    }
  }

  /** Deliveries around midnight and in the hours that clocks skip or repeat, on the nights they change. */
  placeNightOrders(orderDay: number): void {
    const { clock } = this.site.company;
    const night = orderDay + 1;
    if (!clock.clockChanges.includes(night)) return;
    const autumn = clock.minutesIn(night) > 1440;
    const minutes = autumn ? [0, 90, 150, 210] : [0, 119, 120, 150];
    for (const [at, minute] of minutes.entries()) {
      const route = this.site.routes.find(({ vendor }) => vendor.key === nightVendors[at]);
      if (route) this.order(route, orderDay, night, clock.afterStart(night, minute, 15 * at));
    }
  }

  /** What lies open when the demo ends, for the days from the one after the last. */
  leaveOpenOrders(): void {
    const { company, routes } = this.site;
    const { last } = company.period;
    let next = 0;
    for (let expected = last + 1; expected <= last + 14 && next < openOrders.length; expected += 1) {
      for (const route of routes) {
        const status = openOrders[next];
        if (status === undefined) return;
        if (!this.comes(route, expected)) continue;
        const picks = pickLines(this.site, route, last, expected, this.random);
        if (picks.length === 0) continue;
        next += 1;
        const order = writeOrder(this.site, route, picks, last, this.random);
        this.expect(order);
        const went = status === 'sent' || status === 'confirmed';
        const sent = went ? { at: this.eveningOf(last), day: last } : null;
        storeOrder(this.site, order, status, sent, status === 'draft' && next % 2 === 0 ? null : expected, () => ({
          status: 'open',
          note: null,
        }));
      }
    }
  }

  private comes(route: Route, day: number): boolean {
    const { vendor, every } = route;
    if (!deliversOn(vendor, day)) return false;
    const visits =
      Math.floor(weekOf(day) / vendor.everyWeeks) * vendor.weekdays.length + vendor.weekdays.indexOf(weekdayOf(day));
    return visits % every === 0;
  }

  private eveningOf(day: number): number {
    return this.site.company.clock.atClock(day, this.random.integer(17 * 60, 22 * 60 + 29), this.random.integer(0, 59));
  }

  private order(route: Route, orderDay: number, expected: number, arriveAt: number | null): void {
    const { site, random } = this;
    const picks = pickLines(site, route, orderDay, expected, random);
    if (picks.length === 0) return;
    const order = writeOrder(site, route, picks, orderDay, random);
    const fate = drawFate(site, order, expected, random, arriveAt);
    const happened = fate.arrivals.filter((arrival) => arrival.day <= site.company.period.last);
    const open = happened.length < fate.arrivals.length || (fate.short.size > 0 && this.mayStillCome(expected));
    const status = fate.cancelled ? 'cancelled' : open ? 'partially_received' : 'received';
    const sent = { at: this.eveningOf(orderDay), day: orderDay };
    storeOrder(site, order, status, sent, expected, (line) => this.lineFate(line, fate, open));
    if (fate.cancelled) return;
    this.expect(order);
    for (const arrival of happened) {
      site.schedule(arrival.day, arrival.at, () => {
        receiveArrival(site, order, arrival, random);
        if (route.vendor.key === 'L') this.empties.exchange(site, order, arrival, random);
        if (arrival === happened.at(-1)) this.expect(order, -1);
      });
    }
    if (happened.length === 0) this.expect(order, -1);
  }

  private mayStillCome(expected: number): boolean {
    return expected > this.site.company.period.last - mayStillComeDays;
  }

  private lineFate(line: OrderLine, fate: Fate, open: boolean): LineFate {
    if (fate.cancelled) return { status: 'cancelled', note: null };
    if (fate.struck.has(line)) return { status: 'cancelled', note: 'Not available' };
    const waiting = fate.arrivals.some(
      (arrival) => arrival.day > this.site.company.period.last && arrival.lines.some((one) => one.line === line),
    );
    return { status: waiting || (open && fate.short.has(line)) ? 'open' : 'closed', note: null };
  }

  private expect(order: Order, sign = 1): void {
    const { onOrder } = this.site;
    for (const { article, quantity } of order.lines) {
      if (!article?.ingredient) continue;
      const { index } = article.ingredient;
      onOrder[index] = (onOrder[index] ?? 0) + (sign * quantity * article.factor) / 1e10;
    }
  }
}
