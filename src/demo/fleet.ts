/** The big company of scale mode: as many kitchens as it takes, one delivery location each, made by the same rules. */
import type { CompanyProfile, OutletProfile } from './companies.ts';
import { Random } from './random.ts';

export const fleetSitesMax = 400;
/** Receipt lines of one fleet kitchen in a month, measured over two years and the default seed. */
export const fleetLinesAMonth = 925;

/** With the first two digits of their postal codes. */
const cities = `Hamburg 20, Berlin 10, Bremen 28, Kiel 24, Lübeck 23, Rostock 18, Hannover 30, Münster 48, Köln 50,
  Düsseldorf 40, Essen 45, Dortmund 44, Bonn 53, Aachen 52, Frankfurt 60, Mainz 55, Wiesbaden 65, Mannheim 68,
  Karlsruhe 76, Stuttgart 70, Freiburg 79, Ulm 89, Augsburg 86, München 80, Regensburg 93, Nürnberg 90, Würzburg 97,
  Erfurt 99, Leipzig 04, Dresden 01, Halle 06, Magdeburg 39, Potsdam 14, Kassel 34, Göttingen 37, Oldenburg 26,
  Osnabrück 49, Bielefeld 33, Saarbrücken 66, Konstanz 78`
  .split(/,\s+/)
  .map((city) => city.split(' '));
/** With a street. */
const quarters =
  `Hafen, Kaistraße; Altstadt, Marktgasse; Bahnhof, Gleisbogen; Messe, Hallenweg; Universität, Lindenallee;
  Neustadt, Königsstraße; Südstadt, Gärtnerweg; Markthalle, Am Alten Markt; Flughafen, Rollfeldring;
  Stadion, Tribünenstraße`
    .split(/;\s+/)
    .map((quarter) => quarter.split(', '));

/**
 * Sites and months that come to about so many receipt lines: a year of as many kitchens as it takes, more years once the
 * kitchens are all there. @param sites if they are given, only the months are found
 */
export function fleetSize(lines: number, sites?: number): { sites: number; months: number } {
  const siteMonths = lines / fleetLinesAMonth;
  const months = Math.max(sites === undefined ? Math.min(12, siteMonths) : 1, siteMonths / (sites ?? fleetSitesMax));
  const whole = Math.max(1, Math.round(months));
  return { sites: sites ?? Math.min(fleetSitesMax, Math.max(1, Math.round(siteMonths / whole))), months: whole };
}

export function fleetCompany(sites: number, seed: number): CompanyProfile {
  const random = new Random(`${seed}/fleet`);
  const outlets: OutletProfile[] = [];
  for (let site = 0; site < sites; site += 1) {
    const [city = '', area = ''] = cities[site % cities.length] ?? [];
    const [quarter = '', street = ''] = quarters[Math.floor(site / cities.length) % quarters.length] ?? [];
    const volume = random.between(0.4, 0.7);
    outlets.push({
      volume,
      lines: volume / 0.55,
      keeps: { kitchen: 0, cold: 0, bar: 0 },
      locations: [
        {
          code: `S${String(site + 1).padStart(3, '0')}`,
          name: `${city} ${quarter}`,
          street,
          streetNumber: String(random.integer(1, 180)),
          postalCode: `${area}${String(random.integer(1, 999)).padStart(3, '0')}`,
          city,
          region: null,
          customerNumber: `HGF-${String(40_000 + site * 7)}`,
          instructions: random.chance(0.3) ? 'Deliveries before 11:00, keys with the porter.' : null,
        },
      ],
    });
  }
  return {
    name: 'Harbour Grill Fleet',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    locale: 'de-DE',
    country: 'DE',
    climate: 'city',
    outlets,
  };
}
