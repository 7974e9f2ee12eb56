/** An address as it is written on two lines: `Am Sandtorkai 41` and `20457 Hamburg, Germany`. */
import type { DeliveryLocation } from '#contract/delivery-locations.ts';
import { countryName } from '#web/words/places.ts';

const joined = (parts: readonly (string | null)[], by: string): string => parts.filter(Boolean).join(by);

/** The house number comes first where the country has it so. */
const numberFirst: ReadonlySet<string> = new Set(['US', 'CA', 'GB', 'IE', 'FR', 'AU', 'NZ', 'IN']);

export function addressLines(location: DeliveryLocation): { street: string; place: string } {
  const { street, street_number: number, postal_code, city, region, country } = location;
  const isNumberFirst = country !== null && numberFirst.has(country);
  const isCityFirst = country === 'US' || country === 'CA' || country === 'AU';
  const town = isCityFirst
    ? joined([city, joined([region, postal_code], ' ')], ', ')
    : joined([joined([postal_code, city], ' '), region], ', ');
  return {
    street: joined(isNumberFirst ? [number, street] : [street, number], ' '),
    place: joined([town, country && countryName(country)], ', '),
  };
}
