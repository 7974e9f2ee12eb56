/** Amounts as the close shows them: a decimal and its currency; quantities stand alone. */
import { decimal } from '#web/words/figures.ts';

export const money = (amount: string | null, currency: string | null): string =>
  amount === null ? '' : `${decimal(amount)} ${currency ?? ''}`.trim();
