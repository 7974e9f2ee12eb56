/** What the address of Import may say besides the company. Every field falls back alone. */
import * as z from 'zod/mini';

export const importSearch = z.object({});
