/** What a company already has, so that a file may call it by code or by name; and the vendors that a file brings. */
import type { Connection } from '#server/database/connection.ts';
import { closest } from '../closest.ts';
import { plainName } from './header-words.ts';

const legalForm =
  /(?:gmbh(?:cokg)?|mbh|ug|ag|kg|ohg|ev|inc|incorporated|llc|ltd|limited|corp|corporation|company|co|plc|sarl|srl|sa|bv|nv|as|oy)+$/;
/** A company's name without what says how it is registered; never nothing. */
export function firmName(name: string): string {
  const plain = plainName(name);
  const short = plain.replace(legalForm, '');
  return short.length >= 3 ? short : plain;
}

interface Named {
  readonly code: string;
  readonly name: string;
}

/** One kind of what has a code and a name. */
export class CodesAndNames {
  readonly #codes = new Map<string, string>();
  /** Null: two are called so. */
  readonly #byName = new Map<string, string | null>();
  readonly #names: string[] = [];
  readonly #all: Named[] = [];

  constructor(known: readonly Named[]) {
    for (const one of known) this.add(one);
  }

  /** Another, to which more can be added. */
  copy(): CodesAndNames {
    return new CodesAndNames(this.#all);
  }

  add({ code, name }: Named): void {
    this.#all.push({ code, name });
    this.#codes.set(code, code);
    const plain = plainName(name);
    this.#byName.set(plain, this.#byName.has(plain) && this.#byName.get(plain) !== code ? null : code);
    this.#names.push(name);
  }

  get codes(): string[] {
    return [...this.#codes.keys()];
  }

  hasCode(code: string): boolean {
    return this.#codes.has(code);
  }

  /** By code as it is, or by a name that only one has; null where it is none of them. */
  find(given: string): string | null {
    return this.#codes.get(given) ?? this.#byName.get(plainName(given)) ?? null;
  }

  /** The known name that was most likely meant by one that is not known. */
  like(given: string): string | null {
    const plain = firmName(given);
    const plains = new Map(this.#names.map((name) => [firmName(name), name]));
    const meant = plains.has(plain) ? plain : closest(plain, [...plains.keys()]);
    if (meant !== null) return plains.get(meant) ?? null;
    // the name of a branch begins with that of its house
    const longer = [...plains].filter(([one]) => one.length >= 5 && plain.startsWith(one));
    return longer.length === 1 ? (longer[0]?.[1] ?? null) : null;
  }
}

export interface CompanyNames {
  readonly vendors: CodesAndNames;
  readonly delivery_locations: CodesAndNames;
  readonly storage_units: CodesAndNames;
  readonly items: CodesAndNames;
}

export async function companyNames(client: Pick<Connection, 'query'>, companyId: string): Promise<CompanyNames> {
  const read = async (table: string): Promise<Named[]> =>
    (
      await client.query<Named>(
        `SELECT code, name FROM ${table} WHERE company_id = $1 AND archived_at IS NULL ORDER BY id`,
        [companyId],
      )
    ).rows;
  return {
    vendors: new CodesAndNames(await read('vendors')),
    delivery_locations: new CodesAndNames(await read('delivery_locations')),
    storage_units: new CodesAndNames(await read('storage_units')),
    items: new CodesAndNames(await read('items')),
  };
}

export interface NewVendor extends Named {
  /** The known one that it may be after all. */
  readonly like: string | null;
}

/** Vendors of one file by what it calls them: aliases first, then codes and names; new ones get a code of their own. */
export class VendorsOfFile {
  readonly created: NewVendor[] = [];
  readonly #known: CodesAndNames;
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #create: boolean;

  constructor(known: CodesAndNames, aliases: Readonly<Record<string, string>>, create: boolean) {
    this.#known = known;
    this.#aliases = new Map(
      Object.entries(aliases).flatMap(([name, code]) => [
        [name, code],
        [plainName(name), code],
      ]),
    );
    this.#create = create;
  }

  /** Null for one that is not known, where none are to be made. */
  codeOf(given: string): string | null {
    const known = this.#aliases.get(given) ?? this.#aliases.get(plainName(given)) ?? this.#known.find(given);
    if (known !== null || !this.#create) return known;
    const vendor = { code: this.#freeCode(given), name: given, like: this.#known.like(given) };
    this.created.push(vendor);
    this.#known.add(vendor);
    return vendor.code;
  }

  like(given: string): string | null {
    return this.#known.like(given);
  }

  #freeCode(name: string): string {
    const stem =
      name
        .toUpperCase()
        .replaceAll('ß', 'SS')
        .normalize('NFKD')
        .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
        .replaceAll(/^-|-$/g, '')
        .slice(0, 24)
        .replace(/-$/, '') || 'VENDOR';
    let code = stem;
    for (let n = 2; this.#known.hasCode(code); n += 1) code = `${stem}-${n}`;
    return code;
  }
}
