/**
 * The geometry of a page, in hundredths of a point from its lower left corner: whole numbers print short and fast.
 * Every line of a table takes whole slots, so the number of pages follows from the number of rows.
 */

export interface Paper {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  /** Baseline of the header: report, company, period. */
  readonly header: number;
  /** Upper edge of the column heads. */
  readonly top: number;
  /** Lines a column's label may take. */
  readonly headLines: number;
  /** Upper edge of the first slot. */
  readonly tableTop: number;
  readonly slots: number;
  readonly slotHeight: number;
  /** Slots of a row, as many as the lines its texts may take. Everything else but headings takes one. */
  readonly rowSlots: number;
}

/** Points to the page's unit. */
export const points = (count: number): number => Math.round(count * 100);

export const headSize = points(6.5);
export const headPitch = points(7.6);
export const footerBaseline = points(20);

export const margin = points(32);
const headerHeight = points(40);
const footerHeight = points(32);
const headPadding = points(6);

const a4 = { width: 84_189, height: 59_528 };
const a3 = { width: 119_055, height: 84_189 };
const a2 = { width: 168_378, height: 119_055 };
/** More columns than this do not fit A4 with legible text. */
const columnsOnA4Max = 22;

/**
 * What a table may be set on, the first it fits: landscape A4 with a line a row, A3 with two for tables with very many
 * columns, and A2 for figures that no smaller sheet holds.
 */
export const papersFor = (columns: number): readonly Paper[] => {
  const large = [paperOf(a3, true), paperOf(a2, true)];
  return columns > columnsOnA4Max ? large : [paperOf(a4, false), ...large];
};

const paperOf = (size: { readonly width: number; readonly height: number }, wide: boolean): Paper => {
  const slotHeight = points(wide ? 8.5 : 11);
  const headLines = wide ? 3 : 2;
  const top = size.height - headerHeight;
  const tableTop = top - headLines * headPitch - headPadding;
  return {
    ...size,
    left: margin,
    right: size.width - margin,
    header: size.height - points(25),
    top,
    headLines,
    tableTop,
    slots: Math.floor((tableTop - footerHeight) / slotHeight),
    slotHeight,
    rowSlots: wide ? 2 : 1,
  };
};

/** Colours as operators: ink for facts, grey for labels, hairlines lighter still. */
export const ink = '.08 .09 .13 rg';
export const grey = '.37 .41 .48 rg';
export const hairline = '.85 .87 .9 RG 25 w';
export const rule = '.3 .33 .4 RG 50 w';
export const strongRule = '.08 .09 .13 RG 90 w';
