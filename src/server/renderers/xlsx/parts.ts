/**
 * The parts of the package around its sheets (ECMA-376): relations, properties, the workbook and the list of contents.
 * Those that name the sheets are written last, when their number is a fact.
 */
import type { ReportDocument } from '#contract/reports.ts';
import { periodText } from '../facts.ts';
import { xmlText } from './xml-text.ts';

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const officeRelations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageRelations = 'http://schemas.openxmlformats.org/package/2006/relationships';
const contentTypePrefix = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** A sheet as the workbook lists it: `file` counts from 1, `filter` is its header and data, absent on Totals. */
export interface SheetEntry {
  readonly name: string;
  readonly file: number;
  readonly filter?: string;
}

export const sheetPath = (file: number): string => `xl/worksheets/sheet${file}.xml`;

const nameUnitsMax = 31;

/** A sheet's name as Excel allows it: 31 units, none of `[]:*?/\`, no quote at either end; part 2 and on are numbered. */
export const sheetName = (title: string, part: number): string => {
  const suffix = part === 1 ? '' : ` ${part}`;
  const plain = title
    .replace(/[[\]:*?/\\]|\p{Cc}/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .toWellFormed();
  const name = plain
    .trim()
    .slice(0, nameUnitsMax - suffix.length)
    .replace(/[\ud800-\udbff]$/, '');
  return (name.replace(/^'+|'+$/g, '').trim() || 'Report') + suffix;
};

export const rootRelationsXml = [
  declaration,
  `<Relationships xmlns="${packageRelations}">`,
  `<Relationship Id="rId1" Type="${officeRelations}/officeDocument" Target="xl/workbook.xml"/>`,
  '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>',
  '</Relationships>',
].join('');

/** Title, subject, author, the snapshot's instant and the version of the columns. */
export const corePropertiesXml = (document: ReportDocument): string => {
  const { company, title } = document;
  const instant = `${new Date(document.snapshotAt).toISOString().slice(0, 19)}Z`;
  return [
    declaration,
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"',
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    `<dc:title>${xmlText(title)}</dc:title>`,
    `<dc:subject>${xmlText(`${company.name}, ${periodText(document, (day) => day)}`)}</dc:subject>`,
    `<dc:creator>${xmlText(document.requestedBy)}</dc:creator>`,
    `<cp:keywords>${document.reportType} ${document.contract.major}.${document.contract.minor}</cp:keywords>`,
    `<dcterms:created xsi:type="dcterms:W3CDTF">${instant}</dcterms:created>`,
    '</cp:coreProperties>',
  ].join('');
};

const quoted = (name: string): string => `'${name.replaceAll("'", "''")}'`;
const absolute = (range: string): string => range.replaceAll(/([A-Z]+)(\d+)/g, '$$$1$$$2');

/** Sheets in tab order. The filter's range is named too: without the name LibreOffice and Excel disagree on its extent. */
export const workbookXml = (sheets: readonly SheetEntry[]): string =>
  [
    declaration,
    `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${officeRelations}">`,
    '<workbookPr date1904="0"/><bookViews><workbookView activeTab="0"/></bookViews><sheets>',
    ...sheets.map(
      (sheet, index) => `<sheet name="${xmlText(sheet.name)}" sheetId="${index + 1}" r:id="rId${sheet.file}"/>`,
    ),
    '</sheets><definedNames>',
    // Sorted by name, as Excel writes them.
    ...sheets.flatMap((sheet, index) =>
      sheet.filter
        ? `<definedName name="_xlnm._FilterDatabase" localSheetId="${index}" hidden="1">${xmlText(quoted(sheet.name))}!${absolute(sheet.filter)}</definedName>`
        : [],
    ),
    ...sheets.flatMap((sheet, index) =>
      sheet.filter
        ? `<definedName name="_xlnm.Print_Titles" localSheetId="${index}">${xmlText(quoted(sheet.name))}!$1:$1</definedName>`
        : [],
    ),
    '</definedNames></workbook>',
  ].join('');

export const workbookRelationsXml = (sheets: readonly SheetEntry[]): string =>
  [
    declaration,
    `<Relationships xmlns="${packageRelations}">`,
    ...sheets.map(
      (sheet) =>
        `<Relationship Id="rId${sheet.file}" Type="${officeRelations}/worksheet" Target="worksheets/sheet${sheet.file}.xml"/>`,
    ),
    `<Relationship Id="rId${sheets.length + 1}" Type="${officeRelations}/styles" Target="styles.xml"/>`,
    '</Relationships>',
  ].join('');

export const contentTypesXml = (sheets: readonly SheetEntry[]): string => {
  const part = (path: string, type: string): string => `<Override PartName="/${path}" ContentType="${type}"/>`;
  return [
    declaration,
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">',
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
    '<Default Extension="xml" ContentType="application/xml"/>',
    part('xl/workbook.xml', `${contentTypePrefix}.sheet.main+xml`),
    part('xl/styles.xml', `${contentTypePrefix}.styles+xml`),
    part('docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml'),
    ...sheets.map((sheet) => part(sheetPath(sheet.file), `${contentTypePrefix}.worksheet+xml`)),
    '</Types>',
  ].join('');
};
