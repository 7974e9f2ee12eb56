/** An exact sum of many decimals as text, fast: small ones are added as integers, and carried over before they lose a digit. */

const decimalPattern = /^-?\d+(?:\.\d+)?$/;
/** Digits of any length that a double still holds exactly, with room for the rounding of one multiplication. */
const fastLengthMax = 15;
const carryAt = 2 ** 52;
const powers = Array.from({ length: fastLengthMax + 1 }, (_, scale) => 10 ** scale);

export const isDecimal = (text: string): boolean => decimalPattern.test(text);

export class DecimalSum {
  #scale = 0;
  #carried = 0n;
  #pending = 0;

  /** `text` as `isDecimal` has it. */
  add(text: string): void {
    const dot = text.indexOf('.');
    const scale = dot === -1 ? 0 : text.length - dot - 1;
    if (scale > this.#scale) this.#widen(scale);
    const power = powers[this.#scale];
    if (text.length + this.#scale - scale > fastLengthMax || power === undefined) {
      this.#carried += BigInt(text.replace('.', '')) * 10n ** BigInt(this.#scale - scale);
      return;
    }
    this.#pending += Math.round(Number(text) * power);
    if (Math.abs(this.#pending) > carryAt) this.#carry();
  }

  /** At the widest scale that was added. */
  toString(): string {
    this.#carry();
    const units = this.#carried;
    const digits = (units < 0n ? -units : units).toString().padStart(this.#scale + 1, '0');
    const whole = digits.slice(0, digits.length - this.#scale);
    const text = this.#scale === 0 ? whole : `${whole}.${digits.slice(-this.#scale)}`;
    return units < 0n ? `-${text}` : text;
  }

  #widen(scale: number): void {
    this.#carry();
    this.#carried *= 10n ** BigInt(scale - this.#scale);
    this.#scale = scale;
  }

  #carry(): void {
    this.#carried += BigInt(this.#pending);
    this.#pending = 0;
  }
}
