/** A company's first files, as the tests of what is wrong with an import write them: lines, not tables. */
import type { CsvFiles } from './import-files.ts';

export const lines = (...rows: string[]): string => `${rows.join('\n')}\n`;
export const orderHeader =
  'po_number,vendor_code,delivery_location_code,status,currency,expected_on,line_no,description,order_unit,ordered_qty,unit_price';
export const receiptHeader =
  'receipt_number,kind,po_number,line_no,received_at,received_qty,rejected_qty,unit_price,net_amount,tax_amount';
export const movementHeader = 'movement_id,storage_unit_code,item_code,kind,occurred_at,qty,unit';

/** What is already there in every case. */
export const base: CsvFiles = {
  'storage_units.csv': lines('code,name', 'COLD,Cold store'),
  'delivery_locations.csv': lines('code,name', 'MAIN,Main Kitchen', 'BAR,Bar'),
  'vendors.csv': lines('code,name', 'ELBEFISH,Elbe Fish', 'NORDKAI,Nordkai'),
  'items.csv': lines('code,name,base_unit', 'SALMON,Salmon,kg'),
  'purchase_orders.csv': lines(
    orderHeader,
    'PO-1,NORDKAI,MAIN,received,EUR,2026-09-02,1,Salmon,box,10,12.5',
    'PO-1,NORDKAI,MAIN,received,EUR,2026-09-02,2,Cod,box,10,9',
    'PO-2,NORDKAI,MAIN,draft,EUR,,1,Salmon,box,10,12.5',
    'PO-J,NORDKAI,MAIN,received,JPY,,1,Tuna,box,10,1250',
  ),
};
