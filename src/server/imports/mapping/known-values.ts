/** Words that systems write where we have a list of values: `Geliefert` is `received`, `ja` is `true`. */
import { plainName } from './header-words.ts';

const wordsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  status: {
    draft: 'draft|entwurf|new|neu|open draft|in bearbeitung',
    scheduled: 'scheduled|geplant|planned',
    sent: 'sent|ordered|bestellt|gesendet|versendet|open|offen|placed|submitted|released|freigegeben|purchase|purchase order',
    confirmed: 'confirmed|bestätigt|acknowledged|approved|genehmigt|accepted',
    partially_received:
      'partially received|partial|partially delivered|partly received|teilweise geliefert|teilgeliefert|teillieferung|partially shipped',
    received:
      'received|delivered|geliefert|erledigt|closed|geschlossen|abgeschlossen|complete|completed|done|fulfilled|vollständig geliefert|fully received|invoiced|billed|fakturiert|eingegangen',
    cancelled: 'cancelled|canceled|storniert|void|voided|abgebrochen|rejected|cancel',
  },
  line_status: {
    open: 'open|offen',
    cancelled: 'cancelled|canceled|storniert',
    closed: 'closed|received|erledigt|geschlossen|geliefert',
  },
  line_type: {
    item: 'item|product|goods|inventory|article|ware|artikel|position|normal|stock',
    fee: 'fee|charge|service|gebühr|zuschlag|surcharge|service charge|expense',
    freight: 'freight|shipping|delivery|fracht|versand|transport|delivery charge|lieferkosten',
    discount: 'discount|rebate|rabatt|skonto|nachlass|promotion',
    deposit: 'deposit|pfand|leergut|bottle deposit|container deposit|crv',
  },
  invoice_kind: {
    invoice:
      'invoice|inv|bill|rechnung|re|purchase invoice|vendor invoice|ri|eingangsrechnung|accpay|in|item receipt|receipt',
    credit:
      'credit|credit memo|credit note|cr|cm|crn|vendor credit|gutschrift|gs|gu|storno|refund|return|retoure|accpaycredit|kg|purchase credit memo|bill credit',
  },
  receipt_kind: {
    receipt: 'receipt|delivery|goods receipt|lieferung|wareneingang|we|received|gr|eingang|101',
    return: 'return|returned|retoure|rücksendung|rücklieferung|rückgabe|122',
    credit: 'credit|credit memo|credit note|gutschrift|gs',
  },
  movement_kind: {
    RECEIPT: 'receipt|purchase|received|zugang|wareneingang|eingang|in|delivery|101',
    ISSUE: 'issue|consumption|usage|used|sale|sales|abgang|verbrauch|entnahme|out|depletion|verkauf|201|261',
    WASTE: 'waste|spoilage|spoiled|schwund|verderb|abfall|bruch|loss|verlust|breakage|entsorgung|551',
    ADJUSTMENT:
      'adjustment|adj|korrektur|inventurdifferenz|correction|differenz|inventory adjustment|positive adjmt.|negative adjmt.|701|702',
    TRANSFER_IN: 'transfer in|umlagerung zugang|transfer to|umlagerung ein',
    TRANSFER_OUT: 'transfer out|umlagerung abgang|transfer from|umlagerung aus',
  },
  truth: {
    true: 'true|yes|y|ja|j|1|x|wahr|active|aktiv|on|inclusive|incl|brutto|inkl',
    false: 'false|no|n|nein|0|falsch|inactive|inaktiv|off|exclusive|excl|netto|exkl',
  },
};

const tables = new Map<string, ReadonlyMap<string, string>>();

/** Which list of words a field of a kind has; null: none. */
export function listOfField(kind: string, field: string, type: string): string | null {
  if (type === 'boolean') return 'truth';
  if (field !== 'kind') return field in wordsOf ? field : null;
  return { invoices: 'invoice_kind', receipts: 'receipt_kind', stock_movements: 'movement_kind' }[kind] ?? null;
}

/** The value that the word means; null where it means none that we know. */
export function valueMeant(list: string, word: string): string | null {
  let table = tables.get(list);
  if (!table) {
    table = new Map(
      Object.entries(wordsOf[list] ?? {}).flatMap(([value, words]) =>
        words.split('|').map((one) => [plainName(one), value]),
      ),
    );
    tables.set(list, table);
  }
  return table.get(plainName(word)) ?? null;
}

const currencySigns = new Map([
  ['€', 'EUR'],
  ['euro', 'EUR'],
  ['£', 'GBP'],
  ['¥', 'JPY'],
  ['us$', 'USD'],
  ['us-dollar', 'USD'],
  ['sfr', 'CHF'],
  ['fr.', 'CHF'],
]);
/** `$` is the currency of many countries and stays as it is. */
export const currencyMeant = (given: string): string => currencySigns.get(given.toLowerCase()) ?? given.toUpperCase();
