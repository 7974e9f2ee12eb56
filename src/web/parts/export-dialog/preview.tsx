/** The first lines of the file exactly as it will have them: a CSV as its text, what is laid out as a table. */
import { useQuery } from '@tanstack/react-query';
import { previewQuery } from '#web/api/reports.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { optionsOf, periodProblem, type ExportQuestion } from './question.ts';

export function Preview({ companyId, question }: { companyId: string; question: ExportQuestion }) {
  const { report_type, date_from, date_to, file_format, filters } = question;
  const { columns, compare_to, date_basis, ...options } = optionsOf(question);
  const asked = {
    company_id: companyId,
    date_from,
    date_to,
    filters,
    ...(columns && { columns }),
    ...(compare_to && { compare_to }),
    ...(date_basis && { date_basis }),
  };
  const { data, isError } = useQuery({
    ...previewQuery(report_type, asked, { file_format, ...options }),
    enabled: periodProblem(question) === null,
  });
  if (isError) return <p className="hint">{t('previewFailed')}</p>;
  if (!data) return <output className="hint">{t('loading')}</output>;
  return (
    // a region that scrolls must be reachable by keyboard
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="scroll preview" aria-label={t('previewTitle')} tabIndex={0}>
      {data.text !== null ? (
        <pre>{data.text}</pre>
      ) : (
        <table className="table tight">
          <thead>
            <tr>
              {data.columns.map(({ key, label, type }) => (
                <th key={key} scope="col" className={isFigure(type) ? 'num' : undefined}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.lines?.map((line, at) => (
              // lines of a report have no identity
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={at}>
                {line.map((cell, index) => (
                  <td
                    key={data.columns[index]?.key}
                    className={isFigure(data.columns[index]?.type) ? 'num' : undefined}
                  >
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const isFigure = (type: string | undefined): boolean => type !== 'text' && type !== 'date';
