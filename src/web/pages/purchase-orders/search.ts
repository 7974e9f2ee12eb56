/** What the address of Purchase Orders may say besides the company. Every field falls back alone. */
import * as z from 'zod/mini';

export const purchaseOrdersSearch = z.object({});
