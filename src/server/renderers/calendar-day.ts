/** A calendar day as reports write it (YYYY-MM-DD), told apart from what only looks like one (30 February). */

const form = /^\d{4}-\d{2}-\d{2}$/;
const dayMilliseconds = 86_400_000;

/** Days since 1 January 1970, or undefined when the text is no day. */
export const dayNumber = (text: string): number | undefined => {
  if (!form.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  // Some impossible days are taken for the first of the next month.
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text) return undefined;
  return at / dayMilliseconds;
};
