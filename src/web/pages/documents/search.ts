/** What the address of Documents may say besides the company: what is looked for, and the document that is open. */
import * as z from 'zod/mini';
import { documentTypes } from '#contract/documents.ts';
import { idField, oneOfField, textField } from '#web/url-search.ts';

export const documentsSearch = z.object({
  number: textField(),
  type: oneOfField(documentTypes),
  id: idField(),
});
