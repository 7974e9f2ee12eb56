/** Text of one byte a character, written into memory that is used again: strings would be garbage by the million. */

const zero = 0x30;

/** A whole number's digits from `at` on; where they end. */
export function putDigits(bytes: Buffer, at: number, value: number): number {
  let digits = 1;
  for (let power = 10; power <= value; power *= 10) digits += 1;
  const end = at + digits;
  let rest = value;
  for (let place = end - 1; place >= at; place -= 1) {
    const next = Math.floor(rest / 10);
    bytes[place] = zero + rest - next * 10;
    rest = next;
  }
  return end;
}

/** A short text that was encoded before; where it ends. A call to the platform would take longer than its bytes. */
export function putBytes(bytes: Buffer, at: number, text: Uint8Array): number {
  for (let index = 0; index < text.length; index += 1) bytes[at + index] = text[index]!;
  return at + text.length;
}

export const encoded = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
