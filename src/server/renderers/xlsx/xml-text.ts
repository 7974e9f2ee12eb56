/**
 * Text as XML 1.0 can carry it inside a workbook. What XML cannot hold is escaped as ECMA-376 says (22.9.2.19,
 * ST_Xstring: `_x0007_`), and text that looks like such an escape is escaped itself, so that every string comes back equal.
 */

/** Anything that may not stand as it is. Surrogates are looked at, because a lone one is no character. */
// oxlint-disable-next-line no-control-regex -- these characters are the point
const suspicious = /[&<>"\u0000-\u0008\u000b-\u001f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_/;
// oxlint-disable-next-line no-control-regex -- these characters are the point
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
const looksEscaped = /_(?=x[0-9A-Fa-f]{4}_)/g;

const escapeUnit = (unit: string): string => `_x${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;

/** For element content and double-quoted attributes alike. */
export const xmlText = (text: string): string => {
  if (!suspicious.test(text)) return text;
  return (
    text
      .replace(looksEscaped, '_x005F_')
      .replace(unwritable, escapeUnit)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // A bare one would be read as a line feed.
      .replaceAll('\r', '&#13;')
  );
};

/** Excel's limit for one cell, in UTF-16 units. */
export const cellUnitsMax = 32_767;

/** Longer text is cut to the limit, never inside a character, and ends in an ellipsis. */
export const fitCell = (text: string): string => {
  if (text.length <= cellUnitsMax) return text;
  const cut = text.slice(0, cellUnitsMax - 1);
  const endsInsidePair = (cut.charCodeAt(cut.length - 1) & 0xfc00) === 0xd800;
  return `${endsInsidePair ? cut.slice(0, -1) : cut}…`;
};
