/**
 * The PDF a finance lead hands to an auditor: control totals first, then the tables, every page numbered "X of Y".
 * Pages are planned from the counts in the totals, painted as rows come and written at once; a row too few or too many
 * fails the file instead of falsifying it.
 */
import { formats } from '#contract/formats.ts';
import { ProductError } from '#contract/errors.ts';
import type { Cell, ReportDocument, Row } from '#contract/reports.ts';
import { filterText, groupName, momentText, periodText } from '../facts.ts';
import { isFigure, type MeasuredTable, type Sections } from '../measured.ts';
import type { FormatDefinition, Renderer, RowBatch } from '../renderer.ts';
import { fitTable } from './columns.ts';
import type { FittedTable } from './columns.ts';
import { Cover } from './cover.ts';
import { PdfFile } from './file.ts';
import { FontSet } from './fonts.ts';
import { LocaleFormat } from './locale-format.ts';
import type { PageContent } from './page.ts';
import { footerBaseline, grey, ink, points } from './paper.ts';
import { Structure } from './structure.ts';
import { TablePainter } from './table.ts';
import { planTable } from './table-flow.ts';
import type { GroupPlan, TablePlan } from './table-flow.ts';
import { TextStyle } from './text.ts';

/** Entries of the totals that name the same group belong together, one per currency. */
const groupPlans = (document: ReportDocument): GroupPlan[] => {
  const plans: { heading: string; rows: number; lines: number }[] = [];
  for (const { group, rows } of document.totals.groups) {
    const last = plans.at(-1);
    if (last?.heading === group) {
      last.rows += rows;
      last.lines += 1;
    } else {
      plans.push({ heading: group, rows, lines: 1 });
    }
  }
  return plans;
};

/** What the file is headed by: sections where there are any, or else the groups of its totals. */
const planned = (document: ReportDocument, { sections }: MeasuredTable): { groups: GroupPlan[]; grouped: boolean } => {
  if (sections)
    return { groups: sections.all.map(({ heading, rows }) => ({ heading, rows, lines: 1 })), grouped: true };
  if (document.groupColumns.length > 0) return { groups: groupPlans(document), grouped: true };
  const { rows } = document.totals;
  return { groups: rows > 0 ? [{ heading: '', rows, lines: 0 }] : [], grouped: false };
};

/** Columns that stand on their own, and those whose cell is the same in every row: these go to the first page. */
const columnsOf = ({ columns }: ReportDocument, groupColumns: readonly number[], { same }: MeasuredTable) => {
  const all = columns
    .map((column, index) => ({ ...column, index }))
    .filter(({ index }) => !groupColumns.includes(index));
  const everyRow = all.filter((column) => !isFigure(column) && same.has(column.key));
  const printed = all.filter((column) => !everyRow.includes(column));
  return printed.length >= printedMin ? { printed, everyRow } : { printed: all, everyRow: [] };
};
const printedMin = 3;

/** Longer tables would take noticeably longer, and be several times as large: docs/pdf-a.md. */
export const taggedRowsMax = 1_000;

const rowCheckFailed = (detail: string): ProductError => new ProductError('row_check_failed', detail);

class PdfRenderer implements Renderer {
  readonly #document: ReportDocument;
  readonly #groups: readonly GroupPlan[];
  readonly #grouped: boolean;
  readonly #sections: Sections | undefined;
  /** Places of the cells that a group's rows share, and its heading says. */
  readonly #groupColumns: readonly number[];
  readonly #fitted: FittedTable;
  readonly #everyRow: readonly { readonly index: number; readonly cell: Cell }[];
  readonly #format: LocaleFormat;
  readonly #file: PdfFile;
  /** Absent where a table is too long to be tagged. */
  readonly #structure: Structure | undefined;
  readonly #fonts: FontSet;
  readonly #footerStyle: TextStyle;
  readonly #headerStyle: TextStyle;
  readonly #headerTitleStyle: TextStyle;
  readonly #cover: Cover;
  readonly #plan: TablePlan;
  readonly #pages: number;
  #painter: TablePainter | undefined;
  readonly #footer: string;
  readonly #period: string;
  /** The group being printed, its rows so far, and the cells its rows share. */
  #group = -1;
  #groupRows = 0;
  #groupCells = '';
  #rows = 0;

  constructor(document: ReportDocument, measured: MeasuredTable) {
    const { company, title, totals } = document;
    this.#document = document;
    const { sections } = measured;
    this.#sections = sections;
    ({ groups: this.#groups, grouped: this.#grouped } = planned(document, measured));
    this.#groupColumns = sections
      ? document.columns.flatMap(({ key }, index) => (sections.headedBy.includes(key) ? [index] : []))
      : document.groupColumns;
    this.#format = new LocaleFormat(company.locale);
    const filters = document.filters.map((one) => `${one.label}: ${filterText(one, company.timeZone)}`);
    const isTagged = totals.rows <= taggedRowsMax;
    this.#file = new PdfFile({
      isTagged,
      title: `${title}, ${company.name}, ${periodText(document, (one) => one)}`,
      author: document.requestedBy,
      subject: [`${title}, ${company.name}`, ...filters].join('; '),
      createdAt: new Date(document.snapshotAt),
    });
    this.#structure = this.#file.structure && new Structure(this.#file, this.#file.structure);
    this.#fonts = new FontSet(this.#file);
    this.#footerStyle = new TextStyle(this.#fonts, 'regular', points(7));
    this.#headerStyle = new TextStyle(this.#fonts, 'regular', points(8.5));
    this.#headerTitleStyle = new TextStyle(this.#fonts, 'bold', points(8.5));
    const { printed, everyRow } = columnsOf(document, this.#groupColumns, measured);
    this.#everyRow = everyRow.map(({ index, key }) => ({ index, cell: measured.same.get(key) ?? null }));
    const all = [...totals.currencies, ...totals.groups];
    const sums = new Map(document.sumColumns.map((key) => [key, all.flatMap((one) => one.sums[key] ?? [])]));
    for (const key of Object.keys(sections?.all[0]?.closing ?? {})) {
      sums.set(key, [...(sums.get(key) ?? []), ...sections!.all.flatMap((one) => one.closing[key] ?? [])]);
    }
    const shared = { format: this.#format, fonts: this.#fonts };
    this.#fitted = fitTable({ ...shared, columns: printed, measured, sums });
    const { paper } = this.#fitted;
    this.#file.setSize(paper.width / 100, paper.height / 100);
    this.#cover = new Cover({
      ...shared,
      document,
      paper,
      structure: this.#structure,
      facts: [...this.#everyRowFacts(), ...(isTagged ? [] : [this.#untagged()])],
    });
    const totalLines = totals.rows > 0 ? totals.currencies.length : 0;
    this.#plan = planTable(paper.slots, paper.rowSlots, this.#groups, this.#grouped, totalLines);
    this.#pages = this.#cover.pages + this.#plan.pages;
    const day = (value: string): string => this.#format.day(value) ?? value;
    this.#footer = `Data as of ${momentText(document.snapshotAt, company.timeZone, day)}`;
    this.#period = periodText(document, day);
  }

  async *begin(): AsyncGenerator<Buffer, void, undefined> {
    const firstTablePage = this.#cover.pages + 1;
    for (const page of this.#cover.paint(
      this.#plan.groupPages.map((page) => page + firstTablePage),
      (page) => this.#paintHeader(page),
    )) {
      this.#finishPage(page);
      yield this.#file.take();
    }
  }

  async *rows(batch: RowBatch): AsyncGenerator<Buffer, void, undefined> {
    const rows = batch.cells();
    if (rows.length === 0) return;
    const painter = (this.#painter ??= this.#startTable());
    for (const row of rows) {
      const pages = this.#file.pages;
      this.#paintRow(painter, row);
      if (this.#file.pages > pages) yield this.#file.take();
    }
  }

  async *finish(): AsyncGenerator<Buffer, void, undefined> {
    const { totals } = this.#document;
    if (this.#rows !== totals.rows) {
      throw rowCheckFailed(`The PDF got ${this.#rows} rows, but the report has ${totals.rows}.`);
    }
    totals.currencies.forEach((one, index) => this.#painter?.total(one, index, totals.currencies.length));
    this.#painter?.end();
    if (this.#file.pages !== this.#pages) {
      throw new ProductError('render_failed', `The PDF has ${this.#file.pages} pages instead of ${this.#pages}.`);
    }
    this.#addBookmarks();
    this.#structure?.end();
    this.#file.end();
    yield this.#file.take();
  }

  #startTable(): TablePainter {
    return new TablePainter({
      format: this.#format,
      fonts: this.#fonts,
      document: this.#document,
      fitted: this.#fitted,
      grouped: this.#grouped,
      summed: [...this.#document.sumColumns, ...Object.keys(this.#sections?.all[0]?.closing ?? {})],
      structure: this.#structure,
      onPage: (page) => {
        page.artifact(() => this.#paintHeader(page));
        this.#finishPage(page);
      },
    });
  }

  #everyRowFacts(): { label: string; value: string }[] {
    const { columns, company } = this.#document;
    const said = this.#everyRow.flatMap(({ index, cell }) => {
      const { label, type } = columns[index]!;
      // said by the title already
      if (cell === null || cell === '' || cell === company.name) return [];
      return [`${label}: ${(type === 'date' && this.#format.day(cell)) || cell}`];
    });
    const empty = this.#everyRow
      .filter(({ cell }) => cell === null || cell === '')
      .map(({ index }) => columns[index]!.label);
    return [
      ...(said.length > 0 ? [{ label: 'On every row', value: said.join(' · ') }] : []),
      ...(empty.length > 0 ? [{ label: 'Empty on every row', value: empty.join(', ') }] : []),
    ];
  }

  #untagged(): { label: string; value: string } {
    const most = this.#format.number(String(taggedRowsMax)) ?? '';
    return {
      label: 'Reading aloud',
      value: `Not tagged for screen readers, as a PDF of up to ${most} rows is; for these rows, take CSV or XLSX.`,
    };
  }

  #paintRow(painter: TablePainter, row: Row): void {
    let plan = this.#groups[this.#group];
    const cells = this.#groupColumns.map((index) => row[index] ?? '').join('\u0000');
    if (!plan || this.#groupRows === plan.rows) {
      this.#group += 1;
      plan = this.#groups[this.#group];
      if (!plan) throw rowCheckFailed(`The PDF got more than the ${this.#document.totals.rows} rows of the report.`);
      this.#groupRows = 0;
      this.#groupCells = cells;
      if (this.#grouped) painter.heading(plan);
    } else if (cells !== this.#groupCells) {
      throw rowCheckFailed(`The group "${plan.heading}" ended before its ${plan.rows} rows were printed.`);
    }
    for (const { index, cell } of this.#everyRow) {
      if ((row[index] ?? null) !== cell) throw rowCheckFailed('A cell said to be the same on every row is not.');
    }
    this.#rows += 1;
    this.#groupRows += 1;
    const last = this.#groupRows === plan.rows;
    painter.row(row, last ? plan.lines : 0);
    if (!last || !this.#grouped) return;
    const section = this.#sections?.all[this.#group];
    if (section) painter.closing(this.#sections!.label, section);
    else this.#subtotals(this.#group).forEach((one, index) => painter.subtotal(one, index));
  }

  /** The totals' entries of a group: they stand together, in the order of the groups. */
  #subtotals(group: number): ReportDocument['totals']['groups'] {
    const before = this.#groups.slice(0, group).reduce((sum, plan) => sum + plan.lines, 0);
    return this.#document.totals.groups.slice(before, before + (this.#groups[group]?.lines ?? 0));
  }

  /** What the page belongs to, whoever finds it alone. */
  #paintHeader(page: PageContent): void {
    const { left, right, header } = this.#fitted.paper;
    const { title, company } = this.#document;
    const period = this.#headerStyle.fragment(this.#period);
    const periodLeft = Math.round(right - this.#headerStyle.widthOf(period));
    const titleWidth = this.#headerTitleStyle.widthOf(this.#headerTitleStyle.fragment(title));
    const companyLeft = Math.round(left + titleWidth + points(10));
    page.use(this.#headerTitleStyle, ink);
    page.write(this.#headerTitleStyle, left, header, title);
    page.use(this.#headerStyle, ink);
    page.write(this.#headerStyle, companyLeft, header, company.name, periodLeft - points(16) - companyLeft);
    page.put(periodLeft, header, period.ops);
  }

  /** Adds the footer and writes the page. */
  #finishPage(page: PageContent): void {
    const { left, right } = this.#fitted.paper;
    const number = `Page ${this.#file.pages + 1} of ${this.#pages}`;
    page.use(this.#footerStyle, grey);
    page.artifact(() => {
      page.write(this.#footerStyle, left, footerBaseline, this.#footer, right - left - points(80));
      page.writeRight(this.#footerStyle, right, footerBaseline, number);
    });
    this.#file.addPage(page.end());
  }

  #addBookmarks(): void {
    const cover = this.#cover.pages;
    const { height, tableTop, slotHeight } = this.#fitted.paper;
    this.#file.addBookmark('Control totals', 0, 0);
    this.#groups.forEach((group, index) => {
      const slot = this.#plan.groupSlots[index]!;
      // with the heads of the columns, where it is the first of its page
      const top = slot === 0 ? 0 : (height - tableTop + slot * slotHeight) / 100;
      const title = this.#grouped ? groupName(group.heading) : 'Rows';
      this.#file.addBookmark(title, cover + this.#plan.groupPages[index]!, top);
    });
    if (this.#plan.pages > 0) this.#file.addBookmark('Grand total', this.#file.pages - 1, 0);
  }
}

export const pdfFormat: FormatDefinition = {
  ...formats.pdf,
  format: 'pdf',
  extension: 'pdf',
  mediaType: 'application/pdf',
  source: 'text',
  isCompressed: true,
  isMeasured: true,
  isSectioned: true,
  create: (document, measured) => new PdfRenderer(document, measured),
};
