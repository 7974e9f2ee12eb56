/** "Did you mean": the one known word that somebody who wrote another most likely meant, or none. */

/** Above this a guess would be no help, and comparing would cost time. */
const lengthMax = 100;

/** Null when nothing is close: the same but for case, spaces or dashes; the beginning of it; or one or two slips away. */
export function closest(given: string, known: readonly string[]): string | null {
  if (given.length > lengthMax) return null;
  const plain = plainly(given);
  const same = known.find((word) => plainly(word) === plain);
  if (same !== undefined) return same;
  const longer = plain.length >= 3 ? known.filter((word) => plainly(word).startsWith(plain)) : [];
  if (longer.length === 1) return longer[0] ?? null;
  const slipsMax = plain.length < 4 ? 1 : 2;
  let best: string | null = null;
  let fewest = slipsMax + 1;
  for (const word of known) {
    if (Math.abs(word.length - given.length) > slipsMax || word.length <= slipsMax) continue;
    const slips = distance(plain, plainly(word));
    // of two that are equally close, neither was meant more than the other
    if (slips === fewest) best = null;
    if (slips < fewest) [best, fewest] = [word, slips];
  }
  return best;
}

const plainly = (word: string): string => word.toLowerCase().replaceAll(/[\s_-]+/g, '');

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let least = Math.min((above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1, (above[column - 1] ?? 0) + +!same);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, (before[column - 2] ?? 0) + 1);
      }
      line.push(least);
    }
    [before, above] = [above, line];
  }
  return above[b.length] ?? 0;
}
