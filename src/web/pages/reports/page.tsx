/** All reports: what each answers and when to use it, those of purchases and those of stock; stars come first. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReportDescription } from '#contract/reports.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { reportListQuery } from '#web/api/reports.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { reportWords as t } from '#web/words/en/reports.ts';
import { isStockReport, reportName } from '#web/words/reports.ts';
import { SavedList } from './saved-list.tsx';
import '#web/styles/reports.css';

export function ReportsPage() {
  const company = useCompany();
  const withMoney = useMay('view_financials');
  const { data, error, refetch } = useQuery(reportListQuery);
  const offered = data?.results.filter(({ quantity_columns }) => withMoney || quantity_columns) ?? [];
  const groups = [
    { title: t('aboutPurchases'), reports: offered.filter(({ type }) => !isStockReport(type)) },
    { title: t('aboutStock'), reports: offered.filter(({ type }) => isStockReport(type)) },
  ];
  return (
    <>
      <PageHead title={t('reports')} lead={t('reportsLead', { company: company.name })} />
      {error && !data && (
        <Unreachable problem={error instanceof ApiProblem ? error : null} onTry={() => void refetch()} />
      )}
      {withMoney && data && <SavedList reports={data.results} />}
      {groups
        .filter(({ reports }) => reports.length > 0)
        .map(({ title, reports }) => (
          <section key={title} className="report-list" aria-label={title}>
            <h2>{title}</h2>
            <ul>
              {reports.map((report) => (
                <Entry key={report.type} report={report} withMoney={withMoney} />
              ))}
            </ul>
          </section>
        ))}
    </>
  );
}

const samePeriod = ({ company, date_from, date_to }: Record<string, unknown>) => ({ company, date_from, date_to });

function Entry({ report, withMoney }: { report: ReportDescription; withMoney: boolean }) {
  return (
    <li>
      <Icon name={isStockReport(report.type) ? 'stock' : 'orders'} />
      <div>
        <Link to="/reports/$report" params={{ report: report.slug }} search={samePeriod as never}>
          {reportName(report.type)}
        </Link>
        {!withMoney && <span className="tag">{t('quantitiesOnly')}</span>}
        <p>{report.answers}</p>
        <p className="sub">{report.use_when}</p>
      </div>
    </li>
  );
}
