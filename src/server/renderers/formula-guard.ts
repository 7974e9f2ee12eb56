/**
 * What no spreadsheet may take for a formula, however it cuts a CSV into cells: text that begins with = + - @, a tab or a
 * return gets an apostrophe before it, and so does = + - @ behind a separator or line break inside a text, where a reader
 * with another separator would begin a cell. Numbers and days are left as they are.
 */

const start = /^[=+\-@\t\r]/;
// quotes between the two may vanish in the reading
const behindSemicolon = /([;\t\r\n]"*)(?=[=+\-@])/g;
const behindAny = /([;,\t\r\n]"*)(?=[=+\-@])/g;

/** `separator`: of the file. A comma inside a text is only safe where the text is quoted for being the separator. */
export function guardedText(text: string, separator: ',' | ';' = ','): string {
  const inside = text.replace(separator === ',' ? behindSemicolon : behindAny, "$1'");
  return start.test(inside) ? `'${inside}` : inside;
}

const apostrophe = 0x27;
/** What a byte may mean; nearly all mean nothing. */
const quote = 1;
const comma = 2;
const lineFeed = 3;
const sign = 4;
const space = 5;
const semicolon = 6;
const meanings = new Uint8Array(256);
for (const [characters, meaning] of [
  ['"', quote],
  [',', comma],
  ['\n', lineFeed],
  ['=+-@', sign],
  ['\t\r', space],
  [';', semicolon],
] as const) {
  for (const character of characters) meanings[character.charCodeAt(0)] = meaning;
}

/** What no number or day looks like, at the beginning of a cell or behind a cut; more than needs a guard, never less. */
const suspicious =
  /(?:^|[,\n])(?:"[=+\-@\t\r]|[=+@\t\r]|-(?!\d+(?:\.\d+)?[,\n]))|(?:^|\n)-|[;\t\r\n]"*[=+@]|[;\t\r]"*-|\n"+-/;
const belowZero = /,-\d/g;

/** The same for CSV as the database writes it (RFC 4180, comma, LF), in one pass over its bytes, and counted. */
export class FormulaGuard {
  /** Cells that got an apostrophe. */
  guarded = 0;
  readonly #isText: readonly boolean[];

  /** `isText`: of each column. */
  constructor(isText: readonly boolean[]) {
    this.#isText = isText;
  }

  /** `rows`: whole rows. What needs no guard is passed on as it is. */
  guard(rows: Buffer): Buffer {
    return this.#mayNeedIt(rows.toString('latin1')) ? this.#guarded(rows) : rows;
  }

  /** Nearly all rows are settled by one search; numbers below zero are looked at, for text may look like one. */
  #mayNeedIt(rows: string): boolean {
    if (suspicious.test(rows)) return true;
    for (const { index } of rows.matchAll(belowZero)) {
      let column = 1;
      let isQuoted = false;
      for (let at = index - 1; at >= 0 && rows[at] !== '\n'; at -= 1) {
        if (rows[at] === '"') isQuoted = !isQuoted;
        else if (rows[at] === ',' && !isQuoted) column += 1;
      }
      // the line began inside a text
      if (isQuoted || this.#isText[column]) return true;
    }
    return false;
  }

  #guarded(rows: Buffer): Buffer {
    const places: number[] = [];
    let column = 0;
    let isText = this.#isText[0] ?? false;
    let isQuoted = false;
    let isAtStart = true;
    /** Behind something that another reader may cut at, and quotes at most. */
    let isBehindCut = false;
    let lastGuarded = -1;
    let cell = 0;
    for (let at = 0; at < rows.length; at += 1) {
      const meaning = meanings[rows[at]!]!;
      if (meaning === 0) {
        isAtStart = false;
        isBehindCut = false;
        continue;
      }
      if (meaning === quote) {
        // the one that opens a cell is no part of it
        if (isQuoted) isAtStart = false;
        isQuoted = !isQuoted;
        continue;
      }
      if (!isQuoted && (meaning === comma || meaning === lineFeed)) {
        column = meaning === comma ? column + 1 : 0;
        isText = this.#isText[column] ?? false;
        isAtStart = true;
        isBehindCut = false;
        cell += 1;
        continue;
      }
      const isRisky = meaning === sign ? isAtStart || isBehindCut : isAtStart && meaning === space;
      if (isRisky && isText) {
        places.push(at);
        if (cell !== lastGuarded) this.guarded += 1;
        lastGuarded = cell;
      }
      isAtStart = false;
      isBehindCut = meaning === space || meaning === semicolon || meaning === lineFeed;
    }
    return places.length === 0 ? rows : withApostrophes(rows, places);
  }
}

function withApostrophes(rows: Buffer, places: readonly number[]): Buffer {
  const made = Buffer.allocUnsafe(rows.length + places.length);
  let from = 0;
  let to = 0;
  for (const place of places) {
    to += rows.copy(made, to, from, place);
    made[to] = apostrophe;
    to += 1;
    from = place;
  }
  rows.copy(made, to, from);
  return made;
}
