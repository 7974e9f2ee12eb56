/**
 * Rows on their way into the database: text in COPY's format, gathered table by table, with ids given out here so that
 * a line can name its order before either is stored.
 */
import { copyField } from '#server/database/copy-in.ts';

/** In the order in which they are stored: what is referred to comes first. */
export const tableColumns = {
  storage_units: columns('id company_id code name'),
  delivery_locations: columns(`id company_id code name street street_number postal_code city region country
    customer_number instructions storage_unit_id created_at updated_at`),
  vendors: columns('id company_id code name currency tax_id email phone payment_terms_days'),
  items: columns('id company_id code name category subcategory base_unit standard_cost'),
  vendor_items: columns(`id company_id vendor_id article_number item_id name order_unit units_per_order_unit list_price
    currency tax_rate archived_at`),
  purchase_orders: columns(`id company_id po_number vendor_id delivery_location_id status ordered_at ordered_on
    expected_on currency`),
  purchase_order_lines: columns(`id company_id purchase_order_id line_no line_type vendor_item_id item_id article_number
    description order_unit units_per_order_unit ordered_qty unit_price tax_rate line_status note`),
  receipts: columns(`id company_id receipt_number kind vendor_id delivery_location_id storage_unit_id received_at
    received_on posted_on document_number purchase_order_id`),
  receipt_lines: columns(`id company_id received_on delivery_location_id vendor_id item_id receipt_id po_line_id
    po_number line_no line_type kind article_number description category order_unit units_per_order_unit ordered_qty
    received_qty rejected_qty unit_price tax_rate net_amount tax_amount currency note`),
  invoices: columns('id company_id vendor_id invoice_number kind invoice_date delivery_location_id currency'),
  invoice_lines: columns('id company_id invoice_id line_no description quantity unit unit_price net_amount tax_amount'),
  stock_movements: columns(`id company_id movement_ref storage_unit_id item_id kind occurred_at occurred_on qty
    unit_cost value source_type source_ref note`),
  stock_counts: columns(`id company_id count_ref storage_unit_id item_id counted_at counted_on counted_qty book_qty
    unit_cost`),
  stock_snapshots: columns('company_id storage_unit_id item_id as_of qty value'),
} as const;

function columns(names: string): readonly string[] {
  return names.split(/\s+/);
}

export type TableName = keyof typeof tableColumns;
export const tableNames = Object.keys(tableColumns) as TableName[];

/** A field: numbers and decimals as text or number, null for nothing. */
export type Field = string | number | null;

const perTable = <T>(make: () => T): Record<TableName, T> =>
  Object.fromEntries(tableNames.map((table) => [table, make()])) as Record<TableName, T>;

/** Text is turned into bytes in pieces of about this many characters; longer it would only burden the collector. */
const pieceLength = 64 * 1024;

export class Rows {
  /** Rows made so far, handed on or not. */
  readonly made: Record<TableName, number> = perTable(() => 0);
  /** The last id given out. */
  readonly lastIds: Record<TableName, number>;
  /** Characters waiting. */
  waiting = 0;
  private texts: Record<TableName, string> = perTable(() => '');
  private pieces: Record<TableName, Buffer[]> = perTable(() => []);

  /** @param lastIds the last id in use in every table */
  constructor(lastIds: Readonly<Record<TableName, number>>) {
    this.lastIds = { ...lastIds };
  }

  nextId(table: TableName): number {
    this.lastIds[table] += 1;
    return this.lastIds[table];
  }

  /** Fields in the order of `tableColumns`. */
  add(table: TableName, fields: readonly Field[]): void {
    let line = copyField(fields[0]);
    for (let at = 1; at < fields.length; at += 1) line += `\t${copyField(fields[at])}`;
    const text = `${this.texts[table]}${line}\n`;
    if (text.length >= pieceLength) {
      this.pieces[table].push(Buffer.from(text));
      this.texts[table] = '';
    } else this.texts[table] = text;
    this.waiting += line.length + 1;
    this.made[table] += 1;
  }

  /** What waits, in the order of storing; afterwards nothing does. */
  take(): [TableName, Buffer[]][] {
    const { texts, pieces } = this;
    this.texts = perTable(() => '');
    this.pieces = perTable(() => []);
    this.waiting = 0;
    return tableNames
      .map((table): [TableName, Buffer[]] => [table, [...pieces[table], Buffer.from(texts[table])]])
      .filter(([, bytes]) => bytes.some((piece) => piece.length > 0));
  }
}
