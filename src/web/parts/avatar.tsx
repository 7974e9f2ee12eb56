/** The initials of a person or a company; decorative, the name stands beside it. */

/** `Anna-Katharina von Hohenfels` -> `AH`, `Harbour Grill Hamburg` -> `HG` when `of` is a company. */
export function initials(name: string, of: 'person' | 'company' = 'person'): string {
  const words = name.split(/\s+/).filter((word) => /\p{L}|\p{N}/u.test(word));
  const picked = of === 'person' ? [words[0], words.length > 1 ? words.at(-1) : undefined] : words.slice(0, 2);
  return picked
    .map((word) => Array.from(word ?? '')[0] ?? '')
    .join('')
    .toUpperCase();
}

export function Avatar({ name, of = 'person' }: { name: string; of?: 'person' | 'company' }) {
  return (
    <span className={of === 'company' ? 'avatar sq' : 'avatar'} aria-hidden="true">
      {initials(name, of)}
    </span>
  );
}
