/** The little XML of a workbook, read as a stream: elements of one name, one after the other, whatever their number. */
import { StringDecoder } from 'node:string_decoder';

/** What a person is told of a workbook that cannot be read. */
export class UnreadableWorkbook extends Error {
  override readonly name = 'UnreadableWorkbook';
}

/** Characters of one element: a row, a text. */
const elementMax = 4 * 1024 * 1024;

export interface XmlElement {
  readonly attributes: string;
  readonly body: string;
}

/** Every `<name …>…</name>` of the part, with or without a prefix. They must not lie within each other. */
export async function* elementsOf(part: AsyncIterable<Buffer>, name: string): AsyncGenerator<XmlElement[]> {
  const decoder = new StringDecoder('utf8');
  let text = '';
  let isFirst = true;
  let open: RegExp | null = null;
  let close = '';
  for await (const piece of part) {
    text += decoder.write(piece);
    if (isFirst) refuseOthers(piece, text);
    isFirst = false;
    // a prefix is one for all elements of a part
    if (open === null) {
      const prefix = new RegExp(`<((?:[A-Za-z][\\w.-]*:)?)${name}[\\s/>]`).exec(text)?.[1];
      if (prefix === undefined) {
        text = text.slice(-200);
        continue;
      }
      open = new RegExp(`<${prefix}${name}(?=[\\s/>])([^>]*?)(/?)>`, 'g');
      close = `</${prefix}${name}>`;
    }
    const found: XmlElement[] = [];
    let at = 0;
    for (;;) {
      open.lastIndex = at;
      const match = open.exec(text);
      if (!match) {
        // a tag may be cut in two
        at = Math.max(at, text.lastIndexOf('<') === -1 ? text.length : text.lastIndexOf('<'));
        break;
      }
      const bodyAt = open.lastIndex;
      if (match[2] === '/') {
        found.push({ attributes: match[1] ?? '', body: '' });
        at = bodyAt;
        continue;
      }
      const end = text.indexOf(close, bodyAt);
      if (end === -1) {
        at = match.index;
        break;
      }
      found.push({ attributes: match[1] ?? '', body: text.slice(bodyAt, end) });
      at = end + close.length;
    }
    if (at > 0) text = text.slice(at);
    if (text.length > elementMax) throw new UnreadableWorkbook('A workbook with a cell or row larger than any');
    if (found.length > 0) yield found;
  }
}

function refuseOthers(piece: Buffer, text: string): void {
  if (piece[0] === 0xff || piece[0] === 0xfe)
    throw new UnreadableWorkbook('A workbook in letters that are not UTF-8. Save it again');
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text))
    throw new UnreadableWorkbook('A workbook with declarations that no spreadsheet program writes');
}

const attributePattern = (name: string): RegExp => new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
const patterns = new Map<string, RegExp>();

/** Decoded; undefined where it is not there. */
export function attribute(attributes: string, name: string): string | undefined {
  let pattern = patterns.get(name);
  if (!pattern) {
    pattern = attributePattern(name);
    patterns.set(name, pattern);
  }
  const match = pattern.exec(attributes);
  return match ? xmlText(match[1] ?? match[2] ?? '') : undefined;
}

const entities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

export function xmlText(raw: string): string {
  if (!raw.includes('&') && !raw.includes('_x') && !raw.includes('<')) return raw;
  return raw
    .replaceAll(
      /<!\[CDATA\[([\s\S]*?)\]\]>|&(#x[\da-f]{1,6}|#\d{1,7}|\w+);/gi,
      (whole, data: string | undefined, name: string | undefined) => {
        if (data !== undefined) return data;
        if (name?.startsWith('#')) {
          const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
          return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : '\ufffd';
        }
        return entities.get(name ?? '') ?? whole;
      },
    )
    .replaceAll(/_x([\dA-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

const phonetic = /<(?:[\w.-]+:)?rPh[\s>][\s\S]*?<\/(?:[\w.-]+:)?rPh>/g;
const textRun = /<(?:[\w.-]+:)?t(?:\s[^>]*)?>([\s\S]*?)<\/(?:[\w.-]+:)?t>/g;

/** The text of a string item: its runs joined, without the reading aids beside them. */
export function runsText(body: string): string {
  const plain = body.includes('rPh') ? body.replaceAll(phonetic, '') : body;
  let text = '';
  for (const [, run = ''] of plain.matchAll(textRun)) text += xmlText(run);
  return text;
}
