/** What the address of Verify a file may say besides the company. Every field falls back alone. */
import * as z from 'zod/mini';

export const verifySearch = z.object({});
