/**
 * Chance that can be repeated: the same seed gives the same numbers on every machine. Each part of the demo draws from
 * a fork named after itself, so a change in one part does not shift the others.
 */
export class Random {
  private readonly name: string;
  private a: number;
  private b: number;
  private c: number;
  private d: number;
  private spareNormal: number | null = null;

  constructor(name: string) {
    this.name = name;
    [this.a, this.b, this.c, this.d] = hash128(name);
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** A generator of its own for a part of the whole. */
  fork(part: string | number): Random {
    return new Random(`${this.name}/${part}`);
  }

  /** Uniform in [0, 1), 32 bits (the sfc32 generator of C. Doty-Humphrey's PractRand). */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Whole numbers, both ends included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(choices: readonly T[]): T {
    const chosen = choices[Math.floor(this.next() * choices.length)];
    if (chosen === undefined) throw new Error('there is nothing to pick from');
    return chosen;
  }

  /** Standard normal, by the polar method of Marsaglia. */
  normal(): number {
    if (this.spareNormal !== null) {
      const spare = this.spareNormal;
      this.spareNormal = null;
      return spare;
    }
    for (;;) {
      const x = this.next() * 2 - 1;
      const y = this.next() * 2 - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.spareNormal = y * factor;
      return x * factor;
    }
  }

  /** Log-normal with this mean (not median); `spread` is the standard deviation of the logarithm. */
  logNormal(mean: number, spread: number): number {
    return mean * Math.exp(spread * this.normal() - (spread * spread) / 2);
  }
}

/** 128 bits of a text, well mixed (after MurmurHash3's finaliser); for seeds, not for secrets. */
function hash128(text: string): [number, number, number, number] {
  const state: [number, number, number, number] = [0x243f6a88, 0x85a308d3 | 0, 0x13198a2e, 0x03707344];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    state[0] = Math.imul(state[0] ^ code, 0x9e3779b1) ^ (state[1] >>> 15);
    state[1] = Math.imul(state[1] ^ code, 0x85ebca77) ^ (state[2] >>> 13);
    state[2] = Math.imul(state[2] ^ code, 0xc2b2ae3d) ^ (state[3] >>> 16);
    state[3] = Math.imul(state[3] ^ code, 0x27d4eb2f) ^ (state[0] >>> 14);
  }
  return [mix(state[0] ^ state[2]), mix(state[1] ^ state[3]), mix(state[2] + state[1]), mix(state[3] + state[0])];
}

function mix(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
