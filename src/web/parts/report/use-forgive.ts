/**
 * An address can say what the server does not take (a location of another company, one that never was). What it refuses
 * by name falls back to its default, and the page goes on.
 */
import { useEffect } from 'react';
import { isProblem } from '#web/api/problem.ts';

/** True while something refused is being taken out of the address. */
export function useForgive<S extends object>(
  error: Error | null,
  search: S,
  change: (patch: Partial<S>, options: { replace: boolean }) => void,
): boolean {
  const refused = isProblem(error, 'invalid_input', 'unknown_field')
    ? error.fields.map(({ field }) => field).filter((field) => search[field as keyof S] !== undefined)
    : [];
  const names = refused.join(' ');
  useEffect(() => {
    if (names === '') return;
    const patch = Object.fromEntries(names.split(' ').map((name) => [name, undefined]));
    change(patch as Partial<S>, { replace: true });
  }, [names, change]);
  return names !== '';
}
