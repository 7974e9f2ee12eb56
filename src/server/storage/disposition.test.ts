import { expect, test } from 'vitest';
import { attachment } from './disposition.ts';

test.each([
  ['report.zip', `attachment; filename="report.zip"; filename*=UTF-8''report.zip`],
  [
    'Łódź 報告.zip',
    `attachment; filename="__d_ __.zip"; filename*=UTF-8''%C5%81%C3%B3d%C5%BA%20%E5%A0%B1%E5%91%8A.zip`,
  ],
  [`it's (1)*!.zip`, `attachment; filename="it's (1)*!.zip"; filename*=UTF-8''it%27s%20%281%29%2A%21.zip`],
  ['a"b\\c%41.zip', `attachment; filename="a_b_c_41.zip"; filename*=UTF-8''a%22b%5Cc%2541.zip`],
])('names %j for old and new clients', (filename, header) => {
  expect(attachment(filename)).toBe(header);
});

test('stays one line of plain ASCII whatever the name holds', () => {
  for (const filename of ['a\r\nSet-Cookie: x=1', 'a\0b', '\u{1F4C8}.zip', 'half \uD83D pair', '\u202Egpj.zip', '']) {
    expect(attachment(filename)).toMatch(/^[\x20-\x7e]+$/);
  }
});
