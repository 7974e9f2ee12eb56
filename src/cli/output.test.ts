import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** How the command ends with this error, and what it says. */
const ended = (error: string): Promise<[status: number, complaint: string]> =>
  new Promise((resolve) => {
    const program = `
      import { endWith, UsageError } from '#cli/output.ts';
      import { ProductError } from '#contract/errors.ts';
      endWith(new ${error});`;
    const options = { cwd: join(import.meta.dirname, '../..') };
    const child = execFile(process.execPath, ['--input-type=module', '-e', program], options, (_error, _out, said) =>
      resolve([child.exitCode ?? -1, said]),
    );
  });

test('what cannot be asked ends with 2, what failed with 1, each in one sentence', async () => {
  expect(await ended(`UsageError('Say --out.')`)).toEqual([2, 'Say --out.\n']);
  expect(await ended(`ProductError('invalid_date_range', 'Ends before it starts.')`)).toEqual([
    2,
    'Ends before it starts.\n',
  ]);
  expect(await ended(`ProductError('invalid_input', 'There is no folder x.')`)).toEqual([2, 'There is no folder x.\n']);
  expect(await ended(`ProductError('import_refused', 'Nothing was imported.')`)).toEqual([
    1,
    'Nothing was imported.\n',
  ]);
});
