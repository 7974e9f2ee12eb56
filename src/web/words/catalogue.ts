/**
 * Words for people stand in catalogues, one for each area (`en/<area>.ts`), looked up by key with named parameters and
 * plurals (`rows_one`, `rows_other`) by i18next. A second language is a second set of these files.
 */
import i18next from 'i18next';

const library = i18next.createInstance();
void library.init({
  lng: 'en',
  resources: {},
  initAsync: false,
  // React escapes what it draws
  interpolation: { escapeValue: false },
});

type Catalogue = Readonly<Record<string, string>>;
/** Both forms of a plural are asked for by the key without its ending. */
type Key<C extends Catalogue> = keyof C extends infer K
  ? K extends `${infer Stem}_one` | `${infer Stem}_other`
    ? Stem
    : K
  : never;

export type Values = Readonly<Record<string, string | number>>;

/** What looks up the words of an area; its numbers come with their thousands apart where the text says `{{n, number}}`. */
export function catalogue<const C extends Catalogue>(area: string, words: C): (key: Key<C>, values?: Values) => string {
  library.addResourceBundle('en', area, words);
  return (key, values = {}) => library.t(String(key), { ns: area, ...values });
}
