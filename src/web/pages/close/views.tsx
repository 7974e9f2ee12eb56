/** Between one company's month, all companies, and packs. */
import { Link } from '@tanstack/react-router';
import { closeWords as t } from '#web/words/en/close.ts';

export function Views() {
  return (
    <nav className="tabs" aria-label={t('views')}>
      {([undefined, 'group', 'packs'] as const).map((view) => (
        <Link
          key={view ?? 'company'}
          to="/close"
          search={(known) => ({ company: known.company, month: known.month, view })}
          activeOptions={{ explicitUndefined: true }}
        >
          {view ? t(view) : t('oneCompany')}
        </Link>
      ))}
    </nav>
  );
}
