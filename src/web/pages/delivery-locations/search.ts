/** What the address of Delivery Locations may say besides the company. Every field falls back alone. */
import * as z from 'zod/mini';

export const deliveryLocationsSearch = z.object({});
