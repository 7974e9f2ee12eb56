/** Packs as they are printed and as they count: `10` kg is "10 kg" in Germany and the 25 lb sack next to it in America. */
import { priceScale } from '../decimals.ts';
import type { Country } from '../vendors.ts';

interface Pack {
  /** `2.5 kg x 6`, `48 pc`, `250 g`. */
  readonly label: string;
  /** Base units in it, millionths. */
  readonly factor: number;
  /** What goods without a pack are weighed in. */
  readonly weightUnit: string;
}

const kilogramsOfPound = 0.453_592_37;
const litresOfGallon = 3.785_411_784;

/** Metric size -> customary size that is sold for the same purpose, in pounds or gallons. */
const pounds: Readonly<Record<string, number>> = {
  0.1: 0.25,
  0.125: 0.375,
  0.25: 0.5,
  0.4: 1,
  0.5: 1,
  0.6: 1.25,
  0.9: 2,
  1: 2,
  1.5: 3,
  2: 5,
  2.5: 5,
  3: 6,
  4: 10,
  4.5: 10,
  5: 10,
  6: 12,
  7: 15,
  10: 25,
  12: 25,
  12.5: 25,
  15: 35,
  25: 50,
};
const gallons: Readonly<Record<string, number>> = {
  0.4: 0.125,
  0.5: 0.125,
  1: 0.25,
  1.8: 0.5,
  5: 1,
  10: 2.5,
  20: 5,
  30: 7.75,
  50: 15.5,
};

const fluidOunces: Readonly<Record<string, string>> = { 0.125: '16 fl oz', 0.25: '1 qt', 0.5: '1/2 gal' };

function sizeOf(size: number, unit: string, country: Country): { label: string; amount: number } {
  if (unit === 'kg' && country === 'US') {
    const weight = pounds[size];
    if (weight === undefined) throw new Error(`no customary pack for ${size} kg`);
    return { label: weight < 1 ? `${weight * 16} oz` : `${weight} lb`, amount: weight * kilogramsOfPound };
  }
  if (unit === 'L' && country === 'US') {
    const volume = gallons[size];
    if (volume === undefined) throw new Error(`no customary pack for ${size} L`);
    return { label: fluidOunces[volume] ?? `${volume} gal`, amount: volume * litresOfGallon };
  }
  if (unit === 'kg' && size < 1) return { label: `${size * 1000} g`, amount: size };
  return { label: `${size} ${unit === 'bottle' ? 'bottles' : unit}`, amount: size };
}

/** @param text `6`, `2.5x6`, or `~` for goods sold by weight */
export function packOf(text: string, unit: string, country: Country): Pack {
  const weightUnit = country === 'US' ? 'lb' : 'kg';
  if (text === '~') {
    return { label: '', factor: Math.round((country === 'US' ? kilogramsOfPound : 1) * priceScale), weightUnit };
  }
  const [size = '', count] = text.split('x');
  const one = sizeOf(Number(size), unit, country);
  const times = Number(count ?? 1);
  return {
    label: count === undefined ? one.label : `${one.label} x ${count}`,
    factor: Math.round(one.amount * times * priceScale),
    weightUnit,
  };
}
