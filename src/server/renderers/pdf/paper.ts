/**
 * The geometry of a page, in hundredths of a point from its lower left corner: whole numbers print short and fast.
 * Every line of a table takes whole slots, so the number of pages follows from the number of rows.
 */

export interface Paper {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
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

const margin = points(32);
const footerHeight = points(36);
const headPadding = points(6);

const a4 = { width: 84_189, height: 59_528 };
const a3 = { width: 119_055, height: 84_189 };
/** More columns than this do not fit A4 with legible text. */
const columnsOnA4Max = 22;

/** Landscape A4 with a line a row, or A3 with two for tables with very many columns. */
export const paperFor = (columns: number): Paper => {
  const wide = columns > columnsOnA4Max;
  const size = wide ? a3 : a4;
  const slotHeight = points(wide ? 8.5 : 11);
  const headLines = wide ? 3 : 2;
  const top = size.height - points(28);
  const tableTop = top - headLines * headPitch - headPadding;
  return {
    ...size,
    left: margin,
    right: size.width - margin,
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
