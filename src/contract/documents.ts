/** Orders, deliveries and invoices as documents: found by any of their numbers, shown with all that hangs on them. */

export const documentTypes = ['order', 'receipt', 'invoice'] as const;
export type DocumentType = (typeof documentTypes)[number];

export interface DocumentEntry {
  readonly type: DocumentType;
  readonly id: string;
  readonly number: string;
  /** Of a receipt the vendor's invoice or credit note, of others null. */
  readonly document_number: string | null;
  /** order status; receipt, return or credit; invoice or credit. */
  readonly kind: string;
  readonly vendor: { readonly code: string; readonly name: string };
  readonly location: string;
  /** Ordered, received or invoiced on; null where nobody said. */
  readonly day: string | null;
  readonly currency: string;
  /** Of the lines that count. */
  readonly net_amount: string;
  readonly lines: number;
  /** A receipt that stands on an invoice alone. */
  readonly stands_on_invoice: boolean;
}

/** `GET /api/v1/documents?company_id=&number=`: those whose number begins so, at most 50. */
export interface FoundDocuments {
  readonly results: readonly DocumentEntry[];
  /** There are more than are listed. */
  readonly more: boolean;
}

export interface DocumentLine {
  readonly id: string;
  readonly line_no: number;
  readonly po_number: string | null;
  readonly article_number: string | null;
  readonly description: string;
  readonly unit: string;
  readonly quantity: string;
  readonly rejected_quantity: string | null;
  readonly price_unit: string | null;
  readonly price_quantity: string | null;
  readonly unit_price: string;
  readonly net_amount: string;
  readonly tax_amount: string | null;
  readonly note: string | null;
  /** Null while it counts. */
  readonly taken_back: { readonly at: string; readonly by: string | null; readonly reason: string | null } | null;
}

/** `GET /api/v1/documents/{type}/{id}?company_id=` */
export interface DocumentDetails extends DocumentEntry {
  readonly line_list: readonly DocumentLine[];
  /** The order, the deliveries, the invoices that belong to it. */
  readonly related: readonly DocumentEntry[];
  readonly changes: readonly {
    readonly at: string;
    readonly by: string | null;
    readonly kind: 'void' | 'restore' | 'correction';
    readonly reason: string | null;
  }[];
}
