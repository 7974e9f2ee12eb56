/** What a password must be, and what is wrong with one. The server decides the same. */
const lengthMin = 10;

export const passwordRule = `At least ${lengthMin} characters`;

/** `7 characters. Use 10 or more.`; null when it will do. */
export function passwordProblem(password: string): string | null {
  const { length } = password;
  if (length >= lengthMin) return null;
  if (length === 0) return 'Enter a password.';
  return `${length} ${length === 1 ? 'character' : 'characters'}. Use ${lengthMin} or more.`;
}
