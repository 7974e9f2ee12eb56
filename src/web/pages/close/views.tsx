/** Between one company's month and all companies. */
import { Link } from '@tanstack/react-router';
import { closeWords as t } from '#web/words/en/close.ts';

export function Views() {
  return [undefined, 'group' as const].map((view) => (
    <Link
      key={view ?? 'company'}
      to="/close"
      search={(known) => ({ company: known.company, month: known.month, view })}
      className="btn"
      activeOptions={{ exact: true, includeSearch: true, explicitUndefined: true }}
    >
      {view ? t('group') : t('oneCompany')}
    </Link>
  ));
}
