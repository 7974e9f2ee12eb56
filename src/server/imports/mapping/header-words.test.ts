/**
 * The commonest headers of purchasing and stock files, English, German and those of well-known systems: at least nine of ten
 * are told, and none is told wrong. A header that may be two things is better left silent.
 */
import { expect, test } from 'vitest';
import type { ImportKindName } from '#contract/imports.ts';
import { importKinds } from '../kinds.ts';
import { fieldNearly } from './field-meant.ts';

/** By kind: what the header is, and the headers; `-` is what no field of ours is. */
const headers: Readonly<Partial<Record<ImportKindName, Readonly<Record<string, string>>>>> = {
  invoices: {
    vendor_code: 'Vendor|Vendor Name|Vendor ID|Supplier|Supplier Name|Distributor|VendorName|Lieferant|Lieferantenname|Lieferanten-Nr.|Kreditor|LIFNR|Purveyor|Vendor No.|Buy-from Vendor No.|Supplier Account|Lief.-Nr.',
    invoice_number: 'Invoice #|Invoice Number|Invoice No.|InvoiceNumber|Bill No.|Doc. No.|Document Number|Rechnungsnummer|Rechnungs-Nr.|Rg.-Nr.|Belegnummer|Reference No.|Invoice ID|Transaction Number|XBLNR|RE-Nr.|InvoiceNo',
    invoice_date: 'Invoice Date|Bill Date|Date|InvoiceDate|Document Date|Rechnungsdatum|Belegdatum|Datum|BLDAT|Trans. Date|Rg.-Datum|Transaction Date',
    posted_on: 'GL Date|Posting Date|Accounting Date|Buchungsdatum|BUDAT|G/L Date',
    received_on: 'Received Date|Delivery Date|Lieferdatum|Date Received|Wareneingangsdatum|Ship Date',
    delivery_location_code: 'Location|Location Name|Store|Restaurant|Site|Ship To|Store Number|Filiale|Standort|Kostenstelle|Lieferort|Business Unit|Unit Name|WERKS|Buyer|Location Code',
    po_number: 'PO Number|PO #|Purchase Order|PO|Bestellnummer|Bestell-Nr.|EBELN|Order Number|P.O. No.|PurchaseOrderNumber',
    line_no: 'Line|Line #|Line No.|Pos.|Position|Pos|Line Number|EBELP|Line Item|Rechnungsposition',
    article_number: 'Item Number|Item #|SKU|Product Code|Vendor Item Code|Vendor Item #|Artikelnummer|Art.-Nr.|Artikel-Nr.|MATNR|Dist. Item #|Mfr SKU|Product Number|Item No.|Vendor Item Number|Catalog Code|Catalog Number',
    description: 'Description|Item Description|Product Description|Item Name|Product|Item|Bezeichnung|Artikelbezeichnung|Artikel|Product Name|MAKTX|Vendor Item Name|Vendor Item|Beschreibung|Kurztext|Invoice Item Description',
    quantity: 'Qty|Quantity|QTY Shipped|Quantity Invoiced|Menge|Anzahl|Qty Received|Invoiced Qty|Quantity Shipped|MENGE|Cases|Qty.|Stk.',
    unit: 'UOM|Unit|Unit of Measure|U/M|Einheit|ME|MEINS|Purchase UofM|UofM|Pack Size|Mengeneinheit|Units of Measure|Purchase Unit|Unit Type',
    unit_price: 'Unit Price|Price|Unit Cost|Price Each|Einzelpreis|Preis|E-Preis|Case Price|NETPR|EK-Preis|Cost Per Unit|Preis/Einheit|Each Price|Purchase Price|Invoice Price',
    net_amount: 'Extended Price|Ext. Price|Ext Cost|Line Total|Amount|Total Price|Nettobetrag|Gesamtpreis|Betrag|Extended Amount|NETWR|Total Cost|Netto|Line Amount|Extended Cost|Ext. Amount|Item Total|Wert',
    tax_rate: 'Tax Rate|MwSt %|VAT %|USt-Satz|Steuersatz|MwSt-Satz|Tax %|MWSKZ|USt.-%',
    tax_amount: 'Tax Amount|VAT Amount|MwSt-Betrag|Steuerbetrag|Sales Tax|Total Tax|Line Tax',
    currency: 'Currency|Währung|Currency Code|WAERS|Curr.|Währg.',
    kind: 'Document Type|Transaction Type|Belegart|Type|Invoice Type|BLART|Credit/Invoice',
    note: 'Notes|Memo|Comments|Bemerkung|Comment|Kommentar|Anmerkungen',
    '-': 'GL Code|GL Account|Category|Sachkonto|Due Date|Fälligkeitsdatum|Payment Terms|Approved By|Status|Brand|Manufacturer|Gebucht von|Image URL|Total Invoice Amount|Invoice Total|Rechnungssumme|Split|Export Status|Upload Date|Uploaded By',
  },
  purchase_orders: {
    po_number: 'Order #|PO Number|Order No.|Purchase Order Number|Bestellnummer|Order ID|Auftragsnummer',
    vendor_code: 'Vendor|Supplier|Supplier Code|Lieferant',
    ordered_at: 'Order Date|Ordered On|Date Ordered|Bestelldatum|BEDAT|Sent Date|Created Date|Submitted Date|Order Placed',
    expected_on: 'Expected Date|Delivery Date|Requested Delivery Date|Liefertermin|Due Date|EINDT|Expected Receipt Date|Wunschliefertermin',
    ordered_qty: 'Qty Ordered|Quantity Ordered|Order Qty|Bestellmenge|Quantity|Ordered|Qty',
    unit_price: 'Price|Unit Price|Einzelpreis|Unit Cost',
    status: 'Status|Order Status|PO Status|Bestellstatus',
    '-': 'Total|Order Total|Created By|Buyer Email|Items Count',
  },
  receipts: {
    receipt_number: 'Receipt No.|GRN|Packing Slip #|Lieferschein|Lieferschein-Nr.|Delivery Note|MBLNR|Receipt Number|GRN Number',
    received_at: 'Received Date|Receipt Date|Lieferdatum|Wareneingangsdatum|Date Received|Delivery Date',
    received_qty: 'Qty Received|Received Qty|Received|Gelieferte Menge|Quantity Received|Received Quantity',
    rejected_qty: 'Qty Rejected|Rejected|Reklamierte Menge|Damaged|Rejected Quantity',
    lot: 'Lot|Lot #|Batch|Charge|Chargennummer|Lot Number|CHARG',
    price_quantity: 'Catch Weight|Net Weight|Actual Weight|Gewicht|Nettogewicht',
  },
  vendor_items: {
    article_number: 'SKU|Artikelnummer|Vendor Item Code|Product Code',
    name: 'Item Name|Description|Bezeichnung|Product Name|Vendor Item Name',
    order_unit: 'UOM|Einheit|Purchase Unit|Bestelleinheit',
    units_per_order_unit: 'Case Pack|Inhalt|Units Per Case|Pack Qty|Units/Case|Conversion Factor',
    list_price: 'Price|Case Price|Listenpreis|List Price',
  },
  items: {
    code: 'Item Code|SKU|Artikelnummer|Ingredient Code|Number',
    name: 'Item Name|Ingredient|Bezeichnung|Name|Zutat',
    category: 'Category|Warengruppe|Item Category|Group|Kategorie|Product Category',
    base_unit: 'Inventory Unit|Basiseinheit|UOM|Reporting U of M|Stock Unit|Inventory UofM',
    standard_cost: 'Cost|Unit Cost|Last Cost|Durchschnittspreis|Average Cost',
  },
  vendors: {
    code: 'Vendor ID|Vendor Number|Kreditorennummer|Lieferanten-Nr.|Supplier Code|LIFNR',
    name: 'Vendor Name|Supplier Name|Firma|Company Name|Name 1',
    email: 'Email|E-Mail|Email Address|E-Mail-Adresse',
    phone: 'Phone|Telefon|Phone Number|Tel.',
    tax_id: 'VAT Number|USt-IdNr.|Tax ID|Steuernummer',
    payment_terms_days: 'Payment Terms|Zahlungsziel|Terms|Net Days',
    '-': 'Fax|IBAN|Website|Bank|Contact Person|Balance|Last Order',
  },
  stock_movements: {
    movement_id: 'Transaction ID|Entry No.|Bewegungsnummer|Movement ID',
    storage_unit_code: 'Warehouse|Storage Location|Lager|Lagerort|LGORT|Storage Area',
    item_code: 'Item|Item Code|Zutat|SKU|Ingredient',
    occurred_at: 'Date|Datum|Transaction Date|Timestamp|Posting Date',
    qty: 'Quantity|Menge|Qty|Quantity Change',
    kind: 'Movement Type|Transaction Type|Bewegungsart|BWART',
    unit: 'UOM|Einheit|Unit',
  },
  stock_counts: {
    count_ref: 'Count ID|Inventur|Count Sheet|Count #',
    counted_at: 'Count Date|Inventurdatum|Date Counted|Zähldatum',
    counted_qty: 'Count|Counted Qty|Physical Count|Istbestand|On Hand|Qty on Hand|Actual',
    storage_unit_code: 'Storage Location|Lagerort|Storage Area|Location',
  },
}; // prettier-ignore

const told = Object.entries(headers).flatMap(([kind, fields]) => {
  const all = (importKinds.find(({ name }) => name === kind)?.columns ?? []).map(({ name }) => name);
  return Object.entries(fields).flatMap(([field, names]) =>
    names.split('|').map((name) => {
      const said = fieldNearly(kind as ImportKindName, name, all);
      return { header: `${kind}: ${name}`, meant: field === '-' ? null : field, said };
    }),
  );
});

test('no header is taken for what it is not', () => {
  expect(told.filter(({ meant, said }) => said !== null && said !== meant)).toEqual([]);
});

test('at least nine of ten are told', () => {
  const known = told.filter(({ meant }) => meant !== null);
  const silent = known.filter(({ said }) => said === null).map(({ header }) => header);
  expect(known.length).toBeGreaterThan(200);
  expect(silent.slice(Math.floor(known.length / 10))).toEqual([]);
});
