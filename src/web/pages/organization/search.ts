/** What the address of Organization may say besides the company. Every field falls back alone. */
import * as z from 'zod/mini';

export const organizationSearch = z.object({});
