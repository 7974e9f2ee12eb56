/** Whether the reports of a pack agree: "Agrees", or by how much and where not, leading to the lines of that month. */
import { Link } from '@tanstack/react-router';
import { monthOf } from '#contract/calendar.ts';
import { tieOutRuleNames } from '#contract/closing.ts';
import { type ExportPack, packRuleNames, type PackRule } from '#contract/packs.ts';
import { Icon } from '#web/parts/icon.tsx';
import { packWords as t } from '#web/words/en/packs.ts';
import { decimal } from '#web/words/figures.ts';

const looks = {
  agrees: { badge: 'completed', icon: 'check' },
  differs: { badge: 'failed', icon: 'fail' },
  not_applicable: { badge: 'pending', icon: 'minus' },
} as const;

const ruleNames: Readonly<Record<PackRule, string>> = { ...tieOutRuleNames, ...packRuleNames };

export function TieOutBadge({ pack }: { pack: Pick<ExportPack, 'tie_out' | 'date_from' | 'date_to'> }) {
  const { tie_out: found } = pack;
  if (!found) return null;
  const { badge, icon } = looks[found.status];
  const differing = found.rules.filter(({ status }) => status === 'differs');
  const [first] = differing;
  const face = (
    <>
      <Icon name={icon} />
      {t(found.status)}
    </>
  );
  if (!first) return <span className={`badge ${badge}`}>{face}</span>;
  const amount = `${decimal(first.difference.replace(/^-/, ''))} ${first.currency ?? ''}`.trim();
  const more = differing.length > 1 ? ` ${t('differsMore', { count: differing.length - 1 })}` : '';
  const text = t('differsBy', { amount, rule: ruleNames[first.key] }) + more;
  const month = pack.date_from.slice(0, 7);
  const { from, to } = monthOf(month);
  const isMonth = from === pack.date_from && to === pack.date_to;
  return (
    <>
      {isMonth ? (
        <Link
          to="/close"
          hash="tie-out"
          search={{ company: first.company_id, month } as never}
          className={`badge ${badge}`}
          aria-label={t('showDifference', { text })}
        >
          {face}
        </Link>
      ) : (
        <span className={`badge ${badge}`}>{face}</span>
      )}
      <span className="sub">{text}</span>
    </>
  );
}
