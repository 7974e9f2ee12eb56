/** The ten kinds of vendor a restaurant lives with: when they come, how much they bring, what goes wrong, how prices move. */
import { monthDayOf, weekOf, weekdayOf } from './local-days.ts';

export const vendorKeys = ['N', 'G', 'E', 'W', 'M', 'D', 'L', 'K', 'C', 'V'] as const;
export type VendorKey = (typeof vendorKeys)[number];
export type Country = 'DE' | 'US';

/** `walk`: every week, standard deviation; `steps`: so many a year, each of a size between two. */
export type PriceMove =
  | { readonly kind: 'walk'; readonly weekly: number }
  | { readonly kind: 'steps'; readonly yearly: number; readonly low: number; readonly high: number };

export interface VendorProfile {
  readonly key: VendorKey;
  readonly code: string;
  readonly name: Readonly<Record<Country, string>>;
  /** Weekdays of delivery, 0 is Monday. */
  readonly weekdays: readonly number[];
  /** Comes every so many weeks. */
  readonly everyWeeks: number;
  /** Mean lines of one delivery to a typical site. */
  readonly lines: number;
  /** Shares of lines. */
  readonly refused: number;
  readonly short: number;
  readonly price: PriceMove;
  /** Decimals of a unit price. */
  readonly priceDigits: number;
  /** Usual arrival, minutes of the day. */
  readonly arrives: readonly [number, number];
  readonly termsDays: number;
  /** Number on the vendor's paper; `#` is a running number, `@` the year. */
  readonly paper: string;
}

/** key | code | name in Germany | in America | days | weeks | lines | refused % | short % | prices | digits | arrives | terms | paper */
const table = `
N|NKF|Nordkai Foodservice|Northquay Foodservice|Tue Fri|1|28|1.5|3|steps 4 2-6|2|06:30-10:00|30|NK-@-#
G|GRM|Grünmarkt Produce|Greenbarrow Produce|Mon Tue Wed Thu Fri Sat|1|9|3|4|walk 6|2|06:00-08:30|14|G@/#
E|ELB|Elbe Fish|Tidewater Row Fish|Tue Thu Fri|1|4|2|5|walk 8|2|06:00-07:45|14|EF #
W|WDH|Weidehof Meats|Hollow Meadow Meats|Mon Wed Fri|1|6|1|2|walk 3|2|06:45-09:30|21|LS@#
M|MRB|Morgenrot Bakery|Firstlight Bakery|Mon Tue Wed Thu Fri Sat|1|4|0.5|0.5|steps 1 3-6|2|06:00-06:50|14|@-#
D|MAU|Molkerei Auental|Valley Brook Dairy|Mon Wed Fri|1|7|1|1|walk 1.5|2|06:15-08:45|21|MA#
L|LHD|Lighthouse Drinks|Lighthouse Drinks|Wed|1|14|0.5|0.5|steps 1 2-5|3|08:00-11:00|30|R@-#
K|KRA|Kaffeerösterei Anker|Anchor Street Roasters|Mon|2|3|0|0|steps 2 3-7|2|09:00-11:00|30|KA @/#
C|CAP|Clean & Paper|Clean & Paper|Thu|3|8|0|0|steps 1 2-6|4|08:30-11:00|30|#
V|WWP|Weekly Wine Partner|Weekly Wine Partner|Thu|1|6|0.5|0.5|steps 1 1-4|2|09:00-11:00|30|WWP-@-#
`;

const weekdayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function readVendor(line: string): VendorProfile {
  const [key = '', code = '', german = '', american = '', days = '', ...rest] = line.split('|');
  const [weeks, lines, refused, short, prices = '', digits, hours = '', terms, paper = ''] = rest;
  const [from = 0, to = 0] = hours.split('-').map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
  const [kind, size, range = ''] = prices.split(' ');
  const [low = 0, high = 0] = range.split('-').map((percent) => Number(percent) / 100);
  return {
    key: key as VendorKey,
    code,
    name: { DE: german, US: american },
    weekdays: days.split(' ').map((day) => weekdayNames.indexOf(day)),
    everyWeeks: Number(weeks),
    lines: Number(lines),
    refused: Number(refused) / 100,
    short: Number(short) / 100,
    price: kind === 'walk' ? { kind, weekly: Number(size) / 100 } : { kind: 'steps', yearly: Number(size), low, high },
    priceDigits: Number(digits),
    arrives: [from, to],
    termsDays: Number(terms),
    paper,
  };
}

export const vendorProfiles = Object.fromEntries(
  table
    .trim()
    .split('\n')
    .map(readVendor)
    .map((vendor) => [vendor.key, vendor]),
) as Readonly<Record<VendorKey, VendorProfile>>;

/** Nobody delivers, cooks or orders on 24 and 25 December. */
export function isClosed(day: number): boolean {
  const monthDay = monthDayOf(day);
  return monthDay === '12-24' || monthDay === '12-25';
}

export const deliversOn = (vendor: VendorProfile, day: number): boolean =>
  vendor.weekdays.includes(weekdayOf(day)) && weekOf(day) % vendor.everyWeeks === 0 && !isClosed(day);

export const deliveriesAWeek = (vendor: VendorProfile): number => vendor.weekdays.length / vendor.everyWeeks;
