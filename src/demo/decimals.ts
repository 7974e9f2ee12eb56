/**
 * Exact decimals as whole numbers: quantities in ten-thousandths, prices, costs and factors in millionths, amounts in
 * the currency's minor unit (hundredths here). Nothing is computed in fractions, so sums never drift.
 */

/** Ten-thousandths of a unit. */
export const quantityScale = 10_000;
/** Millionths of a unit of currency, or of a base unit. */
export const priceScale = 1_000_000;
/** Minor units (cents) of one unit of currency; the demo's currencies both have two digits. */
const amountScale = 100;

/** Nearest whole number to `a * b / divisor`, halves away from zero, exact for any size. */
export function multiplyDivide(a: number, b: number, divisor: number): number {
  const product = a * b;
  if (!Number.isSafeInteger(product)) {
    return Number(divideBig(BigInt(a) * BigInt(b), BigInt(divisor)));
  }
  const magnitude = Math.abs(product);
  const rest = magnitude % divisor;
  const quotient = (magnitude - rest) / divisor + (rest * 2 >= divisor ? 1 : 0);
  return product < 0 ? -quotient : quotient;
}

function divideBig(product: bigint, divisor: bigint): bigint {
  const magnitude = product < 0n ? -product : product;
  const quotient = (magnitude * 2n + divisor) / (divisor * 2n);
  return product < 0n ? -quotient : quotient;
}

/** quantity x price, rounded to the minor unit, halves away from zero. */
export const amountOf = (quantity: number, price: number): number =>
  multiplyDivide(quantity, price, (quantityScale * priceScale) / amountScale);

/** Tax on a net amount; the rate is in millionths. */
export const taxOf = (net: number, rate: number): number => multiplyDivide(net, rate, priceScale);

/** Order units to base units; the factor is in millionths. */
export const baseQuantityOf = (quantity: number, factor: number): number =>
  multiplyDivide(quantity, factor, priceScale);

/** What one unit costs if `quantity` of them cost `amount`, in millionths, without sign; 0 for no quantity. */
export const costOf = (amount: number, quantity: number): number =>
  quantity === 0 ? 0 : multiplyDivide(Math.abs(amount), (quantityScale * priceScale) / amountScale, Math.abs(quantity));

/** `12.5`, `-0.03`, `7`: a scaled whole number as a decimal without trailing zeros. */
export function decimalText(value: number, scale: number): string {
  if (value < 0) return `-${decimalText(-value, scale)}`;
  const whole = Math.floor(value / scale);
  let fraction = value - whole * scale;
  if (fraction === 0) return String(whole);
  let digits = String(scale).length - 1;
  while (fraction % 10 === 0) {
    fraction /= 10;
    digits -= 1;
  }
  return `${whole}.${String(fraction).padStart(digits, '0')}`;
}

export const quantityText = (value: number): string => decimalText(value, quantityScale);
export const priceText = (value: number): string => decimalText(value, priceScale);
export const amountText = (value: number): string => decimalText(value, amountScale);
