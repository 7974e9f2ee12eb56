/** A company from the night before its first day to the evening of its last, all kitchens day by day, as rows. */
import { Buying } from './buying.ts';
import { type Company, type Period, openCompany } from './company.ts';
import type { CompanyProfile } from './companies.ts';
import { Kitchen } from './kitchen.ts';
import { instantText } from './local-days.ts';
import type { Rows } from './rows.ts';
import { Site, type SiteLocation } from './site.ts';

/** So many kitchens of a fleet get the deliveries of the nights the clocks change; hundreds at 02:30 would be a crowd. */
const nightSitesMax = 5;

export interface SimulationOptions {
  /** companies.id */
  readonly companyId: number;
  readonly profile: CompanyProfile;
  readonly period: Period;
  readonly seed: number;
  readonly rows: Rows;
  /** False: no storage units, movements, counts and snapshots (scale mode). */
  readonly writesStock: boolean;
}

/**
 * Yields after each day, with the rows made so far waiting in `rows`: taken in between, they never become many.
 * @throws Error if the stock does not add up; that would be a mistake in here
 */
export function* simulateCompany(options: SimulationOptions): Generator<{ day: number }> {
  const { period } = options;
  const company = openCompany({ id: options.companyId, ...options });
  const kitchens = openSites(company).map((site) => ({ site, kitchen: new Kitchen(site), buying: new Buying(site) }));
  for (const { kitchen, buying } of kitchens) {
    kitchen.open();
    buying.placeOrders(period.first - 1);
  }
  for (let day = period.first; day <= period.last; day += 1) {
    for (const { site, kitchen, buying } of kitchens) {
      kitchen.planDay(day);
      site.runDue(day);
      kitchen.closeDay(day);
      if (day === period.last) continue;
      buying.placeOrders(day);
      if (site.index < nightSitesMax) buying.placeNightOrders(day);
    }
    yield { day };
  }
  // one kitchen leaves open orders: a company has its three drafts and four sent, however large it is
  kitchens[0]?.buying.leaveOpenOrders();
  for (const { site } of kitchens) site.stock.check();
}

function openSites(company: Company): Site[] {
  const { rows, profile, period } = company;
  const since = instantText(company.clock.atClock(period.first - 1, 9 * 60));
  return profile.outlets.map((outlet, index) => {
    const locations = outlet.locations.map((location, storage): SiteLocation => {
      const storageId = company.writesStock ? rows.nextId('storage_units') : null;
      if (storageId !== null) rows.add('storage_units', [storageId, company.id, location.code, location.name]);
      const id = rows.nextId('delivery_locations');
      rows.add('delivery_locations', [
        id,
        company.id,
        location.code,
        location.name,
        location.street,
        location.streetNumber,
        location.postalCode,
        location.city,
        location.region,
        profile.country,
        location.customerNumber,
        location.instructions,
        storageId,
        since,
        since,
      ]);
      return { id, name: location.name, storageId, storage };
    });
    return new Site(company, outlet, index, locations);
  });
}
