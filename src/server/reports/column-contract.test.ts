/**
 * The columns that other programs rely on: key, heading and type of each, report by report, and the heading of a total
 * that differs. A change is a change of the contract: raise the report's `contract` (minor for what is added, major for
 * the rest), and write the new lines into column-contract.golden.txt.
 */
import { expect, test } from 'vitest';
import { contractOf, describedColumn, type ReportScope } from './definition.ts';
import { quantitiesOf } from './quantities.ts';
import { allReports } from './registry.ts';

const scope: ReportScope = {
  ...{ companyId: '1', companyName: 'Any', currency: 'EUR', timeZone: 'UTC', locale: 'en' },
  ...{ from: '2026-01-01', to: '2026-01-31', locationIds: null, filters: {} },
};

test('every column of every report is as its contract says', async () => {
  const reports = allReports().map((report) => {
    const { major, minor } = contractOf(report);
    const columns = report.columns(scope).map(describedColumn);
    const quantities = new Set(
      quantitiesOf(report)
        ?.columns(scope)
        .map(({ key }) => key),
    );
    return [
      `${report.type} ${major}.${minor}: ${report.title}, by ${report.dateBasis}, ${report.defaultPeriod}`,
      ...columns.map(({ key, label, type, total_label }) =>
        [
          `  ${key}`,
          label,
          type,
          ...(total_label ? [`total: ${total_label}`] : []),
          ...(quantities.has(key) ? ['without amounts too'] : []),
        ].join(' | '),
      ),
    ].join('\n');
  });
  await expect(`${reports.join('\n\n')}\n`).toMatchFileSnapshot('column-contract.golden.txt');
});
