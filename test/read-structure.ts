/**
 * The structure of a tagged PDF as those read it who do not see the page: its tree with the text of every leaf. What
 * does not fit together is thrown: a parent that is another, content that is in no element or in two.
 */
import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

export interface StructureElement {
  readonly type: string;
  readonly scope: string | undefined;
  readonly columns: number;
  readonly language: string | undefined;
  readonly children: readonly StructureElement[];
  /** Of its own content; undefined for an element that has none. */
  readonly text: string | undefined;
}

/** Every object of the file that is no stream, by number, as PDF: those that stand by themselves and those in streams. */
function objectsOf(file: Buffer): Map<number, string> {
  const text = file.toString('latin1');
  const objects = new Map<number, string>();
  for (const { 1: number, 2: body } of text.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\n(?:endobj|stream\n)/gm)) {
    objects.set(Number(number), body!);
  }
  for (const match of text.matchAll(
    /\/Type \/ObjStm\n\/N (\d+)\n\/First (\d+)\n[\s\S]*?\/Length (\d+)\n>>\nstream\n/g,
  )) {
    const [, count, first, length] = match.map(Number);
    const start = match.index + match[0].length;
    const content = inflateSync(file.subarray(start, start + length!)).toString('latin1');
    const heads = content.slice(0, first).trim().split(' ').map(Number);
    for (let at = 0; at < count!; at += 1) {
      const end = heads[2 * at + 3];
      objects.set(heads[2 * at]!, content.slice(first! + heads[2 * at + 1]!, end === undefined ? end : first! + end));
    }
  }
  return objects;
}

const reference = (body: string, key: string): number =>
  Number(new RegExp(`/${key} ?(\\d+) 0 R`).exec(body)?.[1] ?? assert.fail(`no ${key} in ${body}`));
const references = (list: string): number[] => [...list.matchAll(/(\d+) 0 R/g)].map(([, number]) => Number(number));

/** Text by page object and mark. Nothing is shown that is neither in an element nor an artifact. */
async function marksOf(file: Buffer): Promise<Map<string, string>> {
  const task = getDocument({ data: new Uint8Array(file), stopAtErrors: true, disableFontFace: true, verbosity: 0 });
  try {
    const document = await task.promise;
    const marks = new Map<string, string>();
    for (let number = 1; number <= document.numPages; number += 1) {
      const { items } = await (await document.getPage(number)).getTextContent({ includeMarkedContent: true });
      const open: (string | undefined)[] = [];
      for (const item of items as { type?: string; id?: string | null; tag?: string; str?: string }[]) {
        if (item.type === 'endMarkedContent') open.pop();
        else if (item.type !== undefined) open.push(item.tag === 'Artifact' ? 'artifact' : (item.id ?? open.at(-1)));
        else if (item.str) {
          const mark = open.at(-1);
          assert(mark, `"${item.str}" is no part of anything`);
          marks.set(mark, `${marks.get(mark) ?? ''}${item.str}`);
        }
      }
    }
    marks.delete('artifact');
    return marks;
  } finally {
    await task.destroy();
  }
}

export async function readStructure(file: Buffer): Promise<StructureElement> {
  const objects = objectsOf(file);
  const bodyOf = (number: number): string => objects.get(number) ?? assert.fail(`no object ${number}`);
  const catalogue =
    [...objects.values()].find((body) => body.includes('/Type /Catalog')) ?? assert.fail('no catalogue');
  assert.match(bodyOf(reference(catalogue, 'MarkInfo')), /\/Marked true/);
  const root = reference(catalogue, 'StructTreeRoot');
  const marks = await marksOf(file);
  const seen = new Set<string>();

  /** For each page, the elements its content belongs to, by mark. */
  const parents = bodyOf(reference(bodyOf(root), 'ParentTree'));
  const ownersOf = (page: number): number[] => {
    const key = /\/StructParents (\d+)/.exec(bodyOf(page))?.[1] ?? assert.fail('a page without a key');
    const list = new RegExp(`(?:\\[| )${key} (\\d+) 0 R`).exec(parents)?.[1];
    return references(bodyOf(Number(list)));
  };

  const read = (number: number, parent: number): StructureElement => {
    const body = bodyOf(number);
    assert.equal(reference(body, 'P'), parent, `parent of ${number}`);
    const content = /\/K (\d+)>>/.exec(body)?.[1];
    let text: string | undefined;
    if (content !== undefined) {
      const page = reference(body, 'Pg');
      assert.equal(ownersOf(page)[Number(content)], number, `whose the content ${content} of page ${page} is`);
      const mark = `p${page}R_mc${content}`;
      assert(!seen.has(mark), `${mark} twice`);
      seen.add(mark);
      text = (marks.get(mark) ?? '').trim();
    }
    return {
      type: /\/S\/(\w+)/.exec(body)?.[1] ?? '',
      scope: /\/Scope\/(\w+)/.exec(body)?.[1],
      columns: Number(/\/ColSpan (\d+)/.exec(body)?.[1] ?? 1),
      language: /\/Lang\(([\w-]+)\)/.exec(body)?.[1],
      children: references(/\/K\[([^\]]*)\]/.exec(body)?.[1] ?? '').map((child) => read(child, number)),
      text,
    };
  };
  const tree = read(reference(bodyOf(root), 'K'), root);
  assert.deepEqual(
    [...marks.keys()].filter((mark) => !seen.has(mark)),
    [],
    'content of no element',
  );
  return tree;
}
