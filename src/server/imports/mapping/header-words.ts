/**
 * What the columns of other systems are called, by field of ours: in English and German, and the names that well-known
 * systems give them. The more a name says of the field, the earlier it stands; `kind.field` counts before `field`.
 */
import type { ImportKindName } from '#contract/imports.ts';

const vendor =
  'vendor code|vendor|vendor name|vendor no|vendor number|vendor id|vendor #|supplier|supplier name|supplier code|supplier no|supplier number|' +
  'supplier id|buy-from vendor no|buy-from vendor name|pay-to vendor no|distributor|seller|payee|contact name|lieferant|lieferantenname|' +
  'lieferantennummer|lieferanten-nr|lieferantennr|lieferantencode|lieferfirma|kreditor|kreditorennummer|kreditor-nr|kreditorname|' +
  'kreditorenname|händler|lifnr|name1|firma|from|merchant|purveyor|supplier account|lief-nr|lief nr|wholesaler';
const location =
  'delivery location code|delivery location|location code|location|location name|site|site name|store|store name|store no|store number|restaurant|' +
  'branch|outlet|ship to|ship to name|deliver to|delivery address|department|business unit|cost center|cost centre|tracking option|lieferort|' +
  'lieferstelle|standort|filiale|betrieb|betriebsstätte|kostenstelle|lieferadresse|empfänger|werk|werks|haus|property|unit name|location id|buyer|outlet name';
const order =
  'po number|po|po no|po #|po num|purchase order|purchase order no|purchase order number|purchase order #|order number|order no|order #|order id|order|' +
  'order reference|bestellnummer|bestell-nr|bestellnr|bestellung|auftragsnummer|auftrag|auftragsnr|auftrags-nr|ebeln|orderno';
const article =
  'article number|article no|article code|article #|sku|item number|item no|item #|item id|item code|product code|product number|product no|product id|product #|part number|' +
  'part no|part #|vendor item code|vendor item number|vendor item no|vendor sku|vendor part number|supplier sku|supplier item code|' +
  'supplier product code|supc|material|material number|catalog no|catalogue number|catalog number|catalog code|dist item #|mfr sku|mfr #|manufacturer sku|artikelnummer|artikel-nr|artikelnr|art.-nr.|artnr|art nr|artikelcode|' +
  'materialnummer|produktnummer|warennummer|matnr|lieferantenartikelnummer|lieferanten-artikelnummer|dist #|ean|gtin|upc|plu|stock code|item code|code|article';
const description =
  'description|item description|product description|article description|product name|item name|article name|product|item|goods|line description|' +
  'product/service|bezeichnung|artikelbezeichnung|artikelname|artikel|beschreibung|produkt|produktname|produktbezeichnung|artikeltext|warenbezeichnung|' +
  'positionstext|kurztext|maktx|txz01|text|name|details|vendor item name|invoice item description|item desc|desc|supplier item description|line item description';
const quantity =
  'quantity|qty|accepted|accepted quantity|accepted qty|quantity invoiced|qty invoiced|invoiced quantity|invoiced qty|billed qty|billed quantity|qty billed|qty shipped|quantity shipped|shipped qty|' +
  'shipped|quantity received|qty received|received qty|received quantity|qty delivered|delivered quantity|units|pieces|cases|qnty|quant|menge|anzahl|stückzahl|' +
  'stück|liefermenge|gelieferte menge|rechnungsmenge|fakturierte menge|mng|stk|stck|qty ship|qty ordered/shipped';
const unit =
  'unit|uom|u/m|um|unit of measure|unit of measurement|unit of measure code|measure|measurement|order unit|purchase unit|purchase uom|pack unit|pack|pack size|pack/size|size|packaging|' +
  'einheit|me|mengeneinheit|bestelleinheit|liefereinheit|verpackungseinheit|vpe|gebinde|meins|einh|uofm|u of m|purchase uofm|purchase u of m|units of measure|unit type|order uofm|order uom|bestell-me';
const price =
  'unit price|price|price each|price per unit|unit cost|cost|direct unit cost|rate|item price|net price|case price|cost price|purchase price|unit amount|price/unit|cost per unit|cost each|' +
  'preis|einzelpreis|e-preis|ep|stückpreis|nettopreis|einkaufspreis|ek|ek-preis|preis/einheit|preis pro einheit|netpr|einstandspreis|listenpreis|list price|each price|invoice price|unit cost price|agreed price|vendor price';
const net =
  'net amount|net|line total|line amount|ext price|ext. price|extended price|extended cost|extended amount|ext cost|extension|extended|amount|net total|net value|line net|total net|' +
  'total price|total cost|subtotal|total|value|nettobetrag|netto|gesamtpreis|gesamt|positionsbetrag|zeilenbetrag|gesamtpreis netto|gesamtbetrag netto|betrag|betrag netto|summe|summe netto|' +
  'warenwert|g-preis|gp|netwr|umsatz|sum|amount excl vat|amount excl tax|total excl tax|total excl vat|ext amount|ext total|item total|wert|nettowert|line cost|net line total|total net amount';
const note =
  'note|notes|comment|comments|remark|remarks|memo|bemerkung|bemerkungen|notiz|kommentar|hinweis|anmerkung|anmerkungen|notizen';
const storage =
  'storage unit code|storage unit|storage|storage location|warehouse|store room|stockroom|bin|area|lager|lagerort|lagerplatz|lgort|location|location name|location code|from location|depot|lagername|storage area|storage area name|inventory location|lagerbereich';
const ownItem =
  'item code|ingredient code|ingredient|inventory item|item number|item no|item #|item id|sku|product code|product|item|stock code|zutat|rohstoff|artikelnummer|artikel-nr|artikelnr|art.-nr.|matnr|material|' +
  'item name|artikel|bezeichnung|description|code|name|materialnummer';
const code = 'code|number|no|id|nr|nummer|key|kürzel|#';

const words: Readonly<Record<string, string>> = {
  vendor_code: vendor,
  delivery_location_code: location,
  po_number: order,
  article_number: article,
  description,
  item_code:
    'ingredient|ingredient code|inventory item|our item|internal item|our item code|internal code|zutat|rohstoff|interne artikelnummer|eigene artikelnummer|rezeptur',
  quantity,
  unit,
  order_unit: unit,
  unit_price: price,
  net_amount: net,
  tax_rate:
    'tax rate|tax %|vat %|vat rate|tax percent|tax percentage|tax code|vat code|tax type|gst %|mwst-satz|mwst %|mwst satz|ust-satz|ust %|steuersatz|steuer %|steuerschlüssel|steuercode|mwst|ust|vat|tax|gst|mwskz|vat prod. posting group|vat prod posting group',
  tax_amount:
    'tax amount|vat amount|sales tax|tax total|total tax|gst amount|line tax|tax value|mwst-betrag|mwst betrag|steuerbetrag|ust-betrag|ust betrag|steuer|tax|vat|gst|mwst|ust|vat value',
  prices_include_tax: 'prices include tax|tax included|inclusive|incl tax|incl vat|inkl mwst|preise inkl mwst',
  currency: 'currency|currency code|curr|ccy|währung|wkz|whg|waers|cur|währg|currency iso',
  note,
  status: 'status|order status|po status|state|bestellstatus|zustand|stage|document status',
  ordered_at:
    'order date|ordered at|ordered on|ordered|date ordered|po date|purchase date|sent|created|created on|created at|bestelldatum|bestellt am|auftragsdatum|bedat|date|datum|sent date|date sent|created date|date created|submitted date|submitted on|order placed|placed on|sent on',
  expected_on:
    'expected on|expected date|expected|expected delivery|expected delivery date|due date|delivery date|required by|required date|promised date|need by|requested delivery date|requested date|arrival date|scheduled date|liefertermin|wunschtermin|erwartet|erwartet am|lieferdatum|deliver by|eindt|expected receipt date|wunschliefertermin|planned delivery date|eta|deliver on|delivery day',
  external_ref: 'external ref|external reference|reference|your reference|referenz|externe referenz|ihre referenz|ref',
  line_no:
    'line no|line number|line|line #|pos|position|positionsnummer|pos.-nr.|posnr|zeile|zeilennummer|lfd nr|ebelp|row|seq|line id|#|line item|ln|rechnungsposition|bestellposition|belegposition',
  line_type: 'line type|row type|positionsart|zeilenart|charge type|positionstyp',
  line_expected_on: 'line expected on|line delivery date',
  line_delivery_location_code: 'line delivery location code|line delivery location',
  line_status: 'line status|positionsstatus',
  ordered_qty: `ordered qty|ordered quantity|ordered|order qty|order quantity|quantity ordered|qty ordered|bestellmenge|bestellte menge|bestellt|menge bestellt|${quantity}`,
  units_per_order_unit:
    'units per order unit|units per case|pack qty|pack quantity|case pack|conversion|conversion factor|conv factor|factor|contents|content|units/case|inhalt|faktor|umrechnung|umrechnungsfaktor|stück pro vpe|gebindegröße|pack size|pack/size|packung|packungsgröße|case size|pack',
  price_unit: 'price unit|priced per|pricing unit|price uom|preiseinheit|bprme|weight unit',
  price_units_per_order_unit: 'price units per order unit|weight per case|case weight|gewicht pro einheit',
  receipt_number:
    'receipt number|receipt no|receipt #|receipt|receipt id|delivery note|delivery note no|delivery note number|packing slip|packing slip no|packing list|grn|grn no|grn number|goods receipt|goods receipt no|goods receipt number|delivery number|delivery no|receiving no|receiver no|receiver|lieferschein|lieferscheinnummer|lieferschein-nr|lieferscheinnr|ls-nr|ls nr|wareneingang|wareneingangsnummer|we-nr|mblnr|bol|bill of lading|shipment no',
  received_at:
    'received at|received on|received date|date received|receipt date|delivery date|delivered|delivered on|received|goods receipt date|arrival|lieferdatum|wareneingangsdatum|eingangsdatum|we-datum|liefertag|geliefert am|date|datum|posting date|budat',
  received_on:
    'received on|received date|date received|receipt date|delivery date|delivered|delivered on|received|ship date|shipped date|goods receipt date|lieferdatum|wareneingangsdatum|eingangsdatum|we-datum|liefertag|geliefert am|leistungsdatum|delivery day',
  posted_at: 'posted at|posting date|posted|posted date|post date|posted on|buchungsdatum|gebucht am|booking date',
  posted_on:
    'posted on|posting date|posted|posted date|post date|gl date|accounting date|booking date|buchungsdatum|gebucht am|budat|apply date|period date',
  document_number:
    'document number|document no|vendor document|invoice number|invoice no|invoice #|invoice|rechnungsnummer|rechnung|belegnummer|beleg-nr|external document no',
  'receipts.invoice_number': 'invoice number|invoice no|line invoice',
  received_qty: `received qty|received quantity|quantity received|qty received|received|delivered qty|delivered quantity|delivered|qty delivered|gelieferte menge|liefermenge|geliefert|erhalten|${quantity}`,
  rejected_qty:
    'rejected qty|rejected quantity|rejected|refused quantity|refused qty|refused|damaged|qty rejected|abgelehnt|zurückgewiesen|reklamiert|reklamierte menge|verweigert',
  price_quantity:
    'price quantity|catch weight|weight|net weight|actual weight|total weight|billed weight|shipped weight|gewicht|nettogewicht|istgewicht|weight lb|weight kg',
  lot: 'lot|lot number|lot no|batch|batch no|batch number|charge|chargennummer|chargen-nr|charg|los',
  invoice_number:
    'invoice number|invoice no|invoice #|invoice|invoice num|rg-nr|rg nr|rechn-nr|invoiceno|invoice id|inv no|inv #|inv|bill no|bill number|bill #|bill|vendor invoice|vendor document|vendor invoice no|vendor invoice number|supplier invoice no|supplier invoice number|external document no|document number|document no|document #|doc no|doc number|doc #|voucher no|transaction no|transaction number|ref no|reference no|reference number|rechnungsnummer|rechnungs-nr|rechnungsnr|rechnung|rechnung nr|re-nr|re nr|belegnummer|beleg-nr|belegnr|beleg|belegfeld 1|dokumentnummer|fremdbelegnummer|xblnr|gutschriftnummer|num|reference|ref|lieferscheinnummer|lieferschein|delivery note no|receipt number',
  invoice_date:
    'invoice date|bill date|inv date|document date|doc date|transaction date|txn date|date of invoice|rechnungsdatum|belegdatum|re-datum|dokumentdatum|bldat|date|datum|lieferdatum|delivery date|day|tag|trans date|rg-datum|rechn-datum|inv dt',
  kind: 'kind|type|document type|doc type|transaction type|txn type|invoice type|belegart|art|typ|dokumentart|vorgangsart|blart|vorgang|credit/invoice|invoice/credit',
  'stock_movements.kind': 'movement type|transaction type|kind|type|bewegungsart|bwart|art|typ|reason|vorgang|action',
  movement_id:
    'movement id|movement no|transaction id|transaction no|txn id|entry no|id|bewegungsnummer|bewegung|vorgangsnummer|belegnummer|reference|ref|mblnr',
  storage_unit_code: storage,
  'stock_movements.item_code': ownItem,
  'stock_counts.item_code': ownItem,
  occurred_at:
    'occurred at|date|date/time|datetime|timestamp|time|movement date|transaction date|posting date|datum|zeitpunkt|bewegungsdatum|buchungsdatum|occurred|budat|when',
  qty: `qty|quantity|change|quantity change|qty change|delta|${quantity}`,
  unit_cost:
    'unit cost|cost|cost price|avg cost|average cost|price|unit price|einstandspreis|kosten|preis|ek|ek-preis|einzelpreis|last cost',
  source_type: 'source type|source|quelle|herkunft',
  source_ref: 'source ref|source no|document no|source id|quellnummer|referenz',
  count_ref:
    'count ref|count id|count no|count number|count sheet|count name|inventory|inventory id|session|inventur|inventurnummer|zählliste|zählung|stocktake',
  counted_at:
    'counted at|count date|counted on|date counted|inventory date|stocktake date|zähldatum|inventurdatum|stichtag|date|datum',
  counted_qty: `counted qty|counted quantity|counted|count qty|physical count|physical|actual|actual qty|actual count|on hand|qty on hand|quantity on hand|closing stock|stock on hand|stock|ist|istbestand|ist-bestand|ist-menge|gezählt|zählmenge|inventurmenge|bestand|${quantity}`,
  code,
  name: 'name|description|title|bezeichnung|beschreibung|name 1|name1',
  active: 'active|is active|enabled|aktiv|in use',
  'vendors.code': `vendor code|vendor no|vendor number|vendor id|supplier code|supplier no|supplier id|supplier number|lieferantennummer|lieferanten-nr|lieferantennr|kreditor|kreditorennummer|kreditor-nr|lifnr|account number|${code}`,
  'vendors.name':
    'vendor name|supplier name|vendor|supplier|company name|company|name|lieferantenname|lieferant|firma|name 1|name1|kreditorname|contact name|display name',
  tax_id:
    'tax id|vat id|vat no|vat number|vat registration no|tax number|tin|ein|ust-id|ust-idnr|ustid|umsatzsteuer-id|steuernummer|tax reg',
  email: 'email|e-mail|mail|email address|e-mail address|e-mail-adresse|main email',
  phone: 'phone|telephone|tel|phone number|phone no|telefon|telefonnummer|mobile|main phone|tel.',
  payment_terms_days:
    'payment terms days|payment terms|terms|net days|due days|zahlungsziel|zahlungsziel tage|zahlungsbedingung',
  'items.code': `item code|ingredient code|item number|item no|item id|sku|product code|artikelnummer|artikel-nr|artikelnr|matnr|stock code|${code}`,
  'items.name':
    'item name|ingredient name|ingredient|item|name|product name|product|description|bezeichnung|artikelbezeichnung|artikel|zutat|maktx|item description',
  category:
    'category|product category|category name|group|product group|item group|department|class|kategorie|warengruppe|artikelgruppe|gruppe|matkl|category type|main category|item category|ingredient category|food category',
  subcategory: 'subcategory|sub category|sub-category|subgroup|unterkategorie|untergruppe|unterwarengruppe',
  base_unit:
    'base unit|base uom|base unit of measure|stock unit|inventory unit|inventory uom|reporting unit|reporting u of m|reporting uofm|inventory uofm|inventory u of m|count unit|recipe unit|basiseinheit|basismengeneinheit|lagereinheit|unit|uom|u/m|unit of measure|einheit|me|meins|measure',
  standard_cost:
    'standard cost|std cost|unit cost|last cost|average cost|avg cost|cost|price|standardpreis|verrechnungspreis|ek|ek-preis|preis|durchschnittspreis|gld|cost per unit',
  'vendor_items.name': description,
  'vendor_items.item_code':
    'ingredient|ingredient code|inventory item|our item|our item code|internal code|zutat|interne artikelnummer|eigene artikelnummer|mapped item|item',
  list_price: `list price|${price}`,
  'delivery_locations.code': `location code|location id|location no|store no|store number|site code|filialnummer|kostenstelle|standortnummer|${code}`,
  'delivery_locations.name':
    'location name|location|store name|store|site name|site|restaurant|branch|outlet|name|standort|filiale|betrieb|lieferort|bezeichnung',
  'storage_units.code': `storage code|location code|warehouse code|lagernummer|lagerort|lgort|${code}`,
  'storage_units.name':
    'storage name|storage|location name|warehouse|location|area|name|lager|lagerbezeichnung|bezeichnung',
  street: 'street|address|address 1|address line 1|street address|straße|strasse|adresse|anschrift',
  street_number: 'street number|house number|house no|hausnummer|hausnr|haus-nr',
  postal_code: 'postal code|zip|zip code|zipcode|postcode|plz|postleitzahl',
  city: 'city|town|ort|stadt',
  region: 'region|state|province|county|bundesland|kanton',
  country: 'country|country code|land',
  customer_number:
    'customer number|customer no|account number|account no|account|kundennummer|kunden-nr|kd-nr|kundennr',
  instructions: 'instructions|delivery instructions|lieferhinweis|anweisungen|hinweise',
};

/** Amounts with the tax in them: they are `net_amount` of a file whose prices include tax. */
const grossWords =
  'gross|gross amount|gross total|total gross|total incl tax|total incl vat|amount incl tax|amount incl vat|amount including vat|total including tax|brutto|bruttobetrag|betrag brutto|gesamtpreis brutto|gesamtbetrag brutto|gesamt brutto|summe brutto|rechnungsbetrag|total with tax|endbetrag|endpreis';

/** A name as it is compared: without case, accents, spaces and signs. `#` says number. */
export const plainName = (name: string): string =>
  name
    .replaceAll('#', ' no ')
    .replaceAll('%', ' percent ')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .replaceAll(/([aou])e/g, '$1');

const placesByField = new Map<string, ReadonlyMap<string, number>>();

function placesOf(key: string): ReadonlyMap<string, number> {
  const known = placesByField.get(key);
  if (known) return known;
  const places = new Map<string, number>();
  const list = key === 'gross' ? grossWords : (words[key] ?? '');
  for (const [place, word] of list.split('|').entries())
    if (!places.has(plainName(word))) places.set(plainName(word), place);
  placesByField.set(key, places);
  return places;
}

/** How far down the list of a field's names this one is, from 0; null for none of them. */
export function placeOfName(kind: ImportKindName, field: string, name: string): number | null {
  const plain = plainName(name);
  if (plain === '') return null;
  if (name === field) return -1;
  const own = `${kind}.${field}`;
  return (
    placesOf(own in words ? own : field).get(plain) ??
    placesOf(own in words ? own : field).get(withoutRemarks(name)) ??
    null
  );
}

export const isGrossName = (name: string): boolean => placesOf('gross').has(plainName(name));

/** `Preis (EUR)`, `Price [net]`: without what is in brackets or behind a currency. */
const withoutRemarks = (name: string): string =>
  plainName(name.replaceAll(/[([].*?[)\]]|\s(?:in\s)?(?:EUR|USD|GBP|CHF|€|\$|£)\s*$/g, ''));

const headerLike = new Set([...Object.values(words), grossWords].flatMap((list) => list.split('|').map(plainName)));
/** Whether any system calls a column so. */
export const isKnownName = (name: string): boolean =>
  headerLike.has(plainName(name)) || Object.hasOwn(plainFields, plainName(name));

const plainFields: Readonly<Record<string, true>> = Object.fromEntries(
  Object.keys(words).map((field) => [plainName(field.slice(field.indexOf('.') + 1)), true as const]),
);
