/** Exact sums of decimal text; the wider scale wins: "1.10" + "2" = "3.10". */
export function addDecimals(a: string, b: string): string {
  const scale = Math.max(scaleOf(a), scaleOf(b));
  return printed(scaled(a, scale) + scaled(b, scale), scale);
}

const scaleOf = (text: string): number => text.length - (text.indexOf('.') + 1 || text.length);

const scaled = (text: string, scale: number): bigint =>
  BigInt(text.replace('.', '') + '0'.repeat(scale - scaleOf(text)));

function printed(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const body = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return units < 0n ? `-${body}` : body;
}
