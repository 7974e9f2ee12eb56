/** Postal codes that cannot be right, for the countries whose form is simple and certain; others are taken as they are. */
const forms: Readonly<Record<string, readonly [pattern: RegExp, sentence: string]>> = {
  AT: [/^\d{4}$/, 'An Austrian postal code has 4 digits.'],
  CH: [/^\d{4}$/, 'A Swiss postal code has 4 digits.'],
  DE: [/^\d{5}$/, 'A German postal code has 5 digits.'],
  DK: [/^\d{4}$/, 'A Danish postal code has 4 digits.'],
  ES: [/^\d{5}$/, 'A Spanish postal code has 5 digits.'],
  FR: [/^\d{5}$/, 'A French postal code has 5 digits.'],
  IT: [/^\d{5}$/, 'An Italian postal code has 5 digits.'],
  NL: [/^\d{4} ?[A-Za-z]{2}$/, 'A Dutch postal code has 4 digits and 2 letters.'],
  US: [/^\d{5}(-\d{4})?$/, 'A ZIP code has 5 digits, or 5 and 4.'],
};

/** `DE` with `2045` -> what is wrong; null when it can be right, or is not given. */
export function postalCodeProblem(country: string, postalCode: string): string | null {
  const [pattern, sentence] = forms[country] ?? [];
  if (postalCode === '' || !pattern || pattern.test(postalCode)) return null;
  return sentence ?? null;
}
