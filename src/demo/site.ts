/**
 * One kitchen while its days go by: what lies where, what is on order, what is due. It knows no rules of its own;
 * orders, deliveries and daily use act on it.
 */
import type { Article, Ingredient, Place } from './catalogue/catalogue.ts';
import type { Company } from './company.ts';
import type { OutletProfile } from './companies.ts';
import type { Random } from './random.ts';
import { Stock } from './stock.ts';
import { type VendorProfile, deliveriesAWeek, vendorKeys, vendorProfiles } from './vendors.ts';

export interface SiteLocation {
  /** delivery_locations.id */
  readonly id: number;
  readonly name: string;
  /** storage_units.id; null in scale mode. */
  readonly storageId: number | null;
  /** Index of the storage unit in `Site.stock`. */
  readonly storage: number;
}

/** An ingredient and the packs one vendor has of it, the usual one first. */
interface Offering {
  readonly ingredient: Ingredient;
  readonly articles: readonly Article[];
  /** The vendor this ingredient is usually bought from. */
  readonly usual: boolean;
}

/** What one vendor brings to one location. */
export interface Route {
  readonly vendor: VendorProfile;
  readonly location: SiteLocation;
  readonly offerings: readonly Offering[];
  readonly unmapped: readonly Article[];
  /** Mean lines of a delivery here. */
  readonly lines: number;
  /** Only every so many of the vendor's delivery days. */
  readonly every: number;
  /** Days between two deliveries here. */
  readonly apartDays: number;
}

interface Event {
  readonly at: number;
  readonly run: () => void;
}

/** Smaller orders than this are not worth the trip. */
const linesWorthATrip = 2.2;

export class Site {
  readonly company: Company;
  readonly profile: OutletProfile;
  readonly index: number;
  readonly random: Random;
  readonly locations: readonly SiteLocation[];
  readonly stock: Stock;
  /** Base units, by ingredient. */
  readonly onOrder: Float64Array;
  readonly routes: readonly Route[];
  private readonly due = new Map<number, Event[]>();

  constructor(company: Company, profile: OutletProfile, index: number, locations: readonly SiteLocation[]) {
    this.company = company;
    this.profile = profile;
    this.index = index;
    this.locations = locations;
    this.random = company.random.fork(`site ${index}`);
    const storageIds = locations.map((location) => location.storageId ?? 0);
    this.stock = new Stock(
      locations.length,
      company.catalogue.ingredients.length,
      company.writesStock
        ? {
            rows: company.rows,
            companyId: company.id,
            storageIds,
            itemIds: company.itemIds,
            nextRef: company.numbers.movement,
          }
        : null,
    );
    this.onOrder = new Float64Array(company.catalogue.ingredients.length);
    this.routes = vendorKeys.flatMap((key) => this.routesOf(vendorProfiles[key]));
  }

  /** Pair of the stock where an ingredient is kept, or the one at the bar. */
  pairOf(ingredient: Ingredient, place: Place = ingredient.keptAt): number {
    return this.stock.pairOf(this.profile.keeps[place], ingredient.index);
  }

  /** Whether an ingredient is also kept at the bar, apart from where it usually is. */
  hasBarStock(ingredient: Ingredient): boolean {
    return ingredient.barShare > 0 && this.profile.keeps.bar !== this.profile.keeps[ingredient.keptAt];
  }

  schedule(day: number, at: number, run: () => void): void {
    const events = this.due.get(day);
    if (events) events.push({ at, run });
    else this.due.set(day, [{ at, run }]);
  }

  /** Runs what is due on a day in order of time; what is scheduled meanwhile must be for later days. */
  runDue(day: number): void {
    const events = this.due.get(day) ?? [];
    this.due.delete(day);
    events.sort((a, b) => a.at - b.at);
    for (const event of events) event.run();
  }

  private routesOf(vendor: VendorProfile): Route[] {
    const { articles } = this.company.catalogue;
    const offered = new Map<Ingredient, Article[]>();
    const usual = new Set<Ingredient>();
    const seen = new Set<Ingredient>();
    for (const article of articles) {
      if (article.ingredient === null) continue;
      if (!seen.has(article.ingredient) && article.vendor === vendor.key) usual.add(article.ingredient);
      seen.add(article.ingredient);
      if (article.vendor !== vendor.key) continue;
      const packs = offered.get(article.ingredient);
      if (packs) packs.push(article);
      else offered.set(article.ingredient, [article]);
    }
    const weight = (offering: Offering): number => (offering.usual ? 1 : 0.25) / offering.ingredient.coverDays;
    const offerings = [...offered].map(([ingredient, packs]) => ({
      ingredient,
      articles: packs,
      usual: usual.has(ingredient),
    }));
    const total = offerings.reduce((sum, offering) => sum + weight(offering), 0);
    const atBar = vendor.key === 'L' || vendor.key === 'V';
    return this.locations.flatMap((location, at) => {
      const here = offerings.filter((offering) => this.profile.keeps[offering.ingredient.keptAt] === at);
      if (here.length === 0) return [];
      const share = here.reduce((sum, offering) => sum + weight(offering), 0) / total;
      const lines = vendor.lines * this.profile.lines * share;
      const every = Math.max(1, Math.ceil(linesWorthATrip / lines));
      const unmappedHere = this.profile.keeps[atBar ? 'bar' : 'kitchen'] === at;
      return [
        {
          vendor,
          location,
          offerings: here,
          unmapped: unmappedHere ? articles.filter((one) => one.vendor === vendor.key && one.ingredient === null) : [],
          lines: lines * every,
          every,
          apartDays: (7 / deliveriesAWeek(vendor)) * every,
        },
      ];
    });
  }
}
