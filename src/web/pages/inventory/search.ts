/** What the address of Inventory may say besides the company. Every field falls back alone. */
import * as z from 'zod/mini';

export const inventorySearch = z.object({});
