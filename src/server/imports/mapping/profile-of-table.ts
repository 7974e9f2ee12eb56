/** Which of the profiles that were sent along a file is read by, and the file as the table that it then is. */
import type { ProfileDraft } from '#contract/import-profiles.ts';
import type { OpenedFile } from '../files/opened-file.ts';
import { sheetTable } from '../files/sheet-table.ts';
import { fileNameOf } from '../kind.ts';
import { importKinds } from '../kinds.ts';
import { RowReader, type RowSource } from '../read-rows.ts';
import { beginningOf, formOfText, textTable } from '../text-table.ts';
import { columnNames, fingerprintOf } from './header-names.ts';

const headerSearchedMax = 60;

/** Why not, or the profile and the table; nothing has been read then. */
export async function profileOfTable(
  file: Exclude<OpenedFile, { is: 'refused' }>,
  profiles: readonly ProfileDraft[],
): Promise<string | { profile: ProfileDraft; source: RowSource }> {
  if (profiles.length === 0) {
    return `Not one of the names: ${importKinds.map((known) => fileNameOf(known.name)).join(', ')}. Any other file needs a profile that says what its columns are`;
  }
  const profile = profiles.length === 1 ? profiles[0] : await byHeader(file, profiles);
  if (!profile) return 'Of none of the forms that the profiles are for';
  if (file.is === 'workbook') {
    const { sheets } = file.workbook;
    const sheet = profile.sheet ?? sheets[0] ?? '';
    if (!sheets.includes(sheet)) return `The workbook has no sheet ${sheet}: it has ${sheets.join(', ')}`;
    return { profile, source: sheetTable(file.workbook, sheet) };
  }
  return { profile, source: textTable(file.content, { ...(await formOfText(file.head, profile)), stated: false }) };
}

async function byHeader(
  file: Exclude<OpenedFile, { is: 'refused' }>,
  profiles: readonly ProfileDraft[],
): Promise<ProfileDraft | undefined> {
  for (const profile of profiles) {
    let rows = 0;
    for await (const batch of await beginning(file, profile)) {
      if (batch.some(({ cells }) => fingerprintOf(columnNames(cells)) === profile.fingerprint)) return profile;
      rows += batch.length;
      if (rows > headerSearchedMax) break;
    }
  }
  return undefined;
}

async function beginning(file: Exclude<OpenedFile, { is: 'refused' }>, profile: ProfileDraft) {
  if (file.is === 'workbook') {
    const sheet = profile.sheet ?? file.workbook.sheets[0] ?? '';
    return file.workbook.sheets.includes(sheet) ? file.workbook.rows(sheet) : [];
  }
  const form = await formOfText(file.head, profile);
  const text = Buffer.from(await beginningOf(file.head, form.encoding));
  return new RowReader({ separator: form.delimiter, returns: form.returns }).read(
    (async function* () {
      yield text;
    })(),
  );
}
