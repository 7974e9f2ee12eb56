/** Notes on exports and packs ("sent to the accountant"): seen by everyone who may see the export. */

export const noteLengthMax = 500;
/** Of one export. */
export const notesMax = 100;

/** `GET|POST /api/v1/export-jobs/{id}/notes`, newest first. */
export interface ExportNote {
  readonly id: string;
  readonly text: string;
  readonly created_at: string;
  /** Null: the operator, or somebody whose account is gone. */
  readonly created_by: { readonly id: string; readonly name: string } | null;
}
