/** The three companies of the group: where they are, where vendors deliver to, how much they cook. */
import type { Place } from './catalogue/catalogue.ts';
import type { Country } from './vendors.ts';
import type { Climate } from './volume.ts';

export const organizationName = 'Harbour & Hearth Group';

interface LocationProfile {
  readonly code: string;
  readonly name: string;
  readonly street: string;
  readonly streetNumber: string;
  readonly postalCode: string;
  readonly city: string;
  readonly region: string | null;
  readonly customerNumber: string;
  readonly instructions: string | null;
}

/** One kitchen with what belongs to it. */
export interface OutletProfile {
  /** Against a typical site: how much is cooked, and how many lines a delivery has. */
  readonly volume: number;
  readonly lines: number;
  readonly locations: readonly LocationProfile[];
  /** Index into `locations` of where things are kept and delivered to. */
  readonly keeps: Readonly<Record<Place, number>>;
}

export interface CompanyProfile {
  readonly name: string;
  readonly currency: 'EUR' | 'USD';
  readonly timeZone: string;
  readonly locale: string;
  readonly country: Country;
  readonly climate: Climate;
  readonly outlets: readonly OutletProfile[];
}

export const groupCompanies: readonly CompanyProfile[] = [
  {
    name: 'Harbour Grill Hamburg',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    locale: 'de-DE',
    country: 'DE',
    climate: 'harbour',
    outlets: [
      {
        volume: 0.58,
        lines: 1,
        keeps: { kitchen: 0, bar: 1, cold: 2 },
        locations: [
          {
            code: 'KIT',
            name: 'Main Kitchen',
            street: 'Am Sandtorkai',
            streetNumber: '41',
            postalCode: '20457',
            city: 'Hamburg',
            region: null,
            customerNumber: 'HG-10442',
            instructions: 'Ring at the side door. Deliveries before 10:00.',
          },
          {
            code: 'BAR',
            name: 'Bar',
            street: 'Am Sandtorkai',
            streetNumber: '41',
            postalCode: '20457',
            city: 'Hamburg',
            region: null,
            customerNumber: 'HG-10443',
            instructions: 'Kegs through the hatch on the quay side. Empties stand ready there.',
          },
          {
            code: 'COL',
            name: 'Cold Store',
            street: 'Großmannstraße',
            streetNumber: '128a',
            postalCode: '20539',
            city: 'Hamburg',
            region: null,
            customerNumber: 'HG-10447',
            instructions: 'Gate 3, ramp left. Frozen goods first. No deliveries 12:00 to 13:00.',
          },
        ],
      },
    ],
  },
  {
    name: 'Hearth Berlin Mitte',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    locale: 'de-DE',
    country: 'DE',
    climate: 'city',
    outlets: [
      {
        volume: 0.4,
        lines: 0.76,
        keeps: { kitchen: 0, cold: 0, bar: 1 },
        locations: [
          {
            code: 'KUE',
            name: 'Küche Mitte',
            street: 'Torstraße',
            streetNumber: '318',
            postalCode: '10119',
            city: 'Berlin',
            region: null,
            customerNumber: 'HB-20810',
            instructions: 'Yard entrance, second door on the right. Deliveries before 09:30.',
          },
          {
            code: 'CAF',
            name: 'Café & Bar',
            street: 'Torstraße',
            streetNumber: '320',
            postalCode: '10119',
            city: 'Berlin',
            region: null,
            customerNumber: 'HB-20811',
            instructions: null,
          },
        ],
      },
    ],
  },
  {
    name: 'Brooklyn Hearth',
    currency: 'USD',
    timeZone: 'America/New_York',
    locale: 'en-US',
    country: 'US',
    climate: 'brooklyn',
    outlets: [
      {
        volume: 0.42,
        lines: 0.76,
        keeps: { kitchen: 0, cold: 0, bar: 1 },
        locations: [
          {
            code: 'KIT',
            name: 'Kitchen',
            street: 'Van Brunt Street',
            streetNumber: '812',
            postalCode: '11231',
            city: 'Brooklyn',
            region: 'NY',
            customerNumber: 'BH-30207',
            instructions: 'Ring twice at "HEARTH". No deliveries after 11:00.',
          },
          {
            code: 'BAR',
            name: 'Bar & Cellar',
            street: 'Van Brunt Street',
            streetNumber: '812B',
            postalCode: '11231',
            city: 'Brooklyn',
            region: 'NY',
            customerNumber: 'BH-30208',
            instructions: 'Cellar hatch on the sidewalk, bell on the left.',
          },
        ],
      },
    ],
  },
];
