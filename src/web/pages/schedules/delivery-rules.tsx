/** What the company lets go out: attachments, guests of which domains, and which old orders block nothing any more. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DeliveryRules } from '#contract/deliveries.ts';
import { rulesQuery, setRules } from '#web/api/schedules.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { scheduleWords as t } from '#web/words/en/schedules.ts';
import { useAct } from './use-act.ts';

export function DeliveryRulesForm() {
  const company = useCompany();
  const { data: rules } = useQuery(rulesQuery(company.id));
  return (
    <section aria-labelledby="delivery-rules">
      <h2 id="delivery-rules">{t('rules')}</h2>
      <p className="muted">{t('rulesLead')}</p>
      {rules && <Form key={JSON.stringify(rules)} rules={rules} />}
    </section>
  );
}

function Form({ rules }: { readonly rules: DeliveryRules }) {
  const company = useCompany();
  const mayChange = useMay('manage_company');
  const act = useAct();
  const [attachments, setAttachments] = useState(rules.attachments);
  const [domains, setDomains] = useState((rules.guest_domains ?? []).join('\n'));
  const [days, setDays] = useState(rules.ignore_after_days === null ? '' : String(rules.ignore_after_days));
  const listed = domains
    .split(/[\s,;]+/)
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '');
  const next: DeliveryRules = {
    attachments,
    guest_domains: listed.length === 0 ? null : listed,
    ignore_after_days: /^\d{1,4}$/.test(days) ? Number(days) : null,
  };
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (mayChange) void act(() => setRules(company.id, next), t('rulesSaved'));
      }}
    >
      <label className="opt-row">
        <input
          type="checkbox"
          checked={attachments}
          disabled={!mayChange}
          onChange={({ target }) => setAttachments(target.checked)}
        />
        <span>
          {t('mayAttach')}
          <span className="sub">{t('mayAttachHint')}</span>
        </span>
      </label>
      <div className="f">
        <label htmlFor="guest-domains">{t('guestDomains')}</label>
        <textarea
          id="guest-domains"
          rows={3}
          value={domains}
          disabled={!mayChange}
          aria-describedby="guest-domains-hint"
          onChange={({ target }) => setDomains(target.value)}
        />
        <p className="sub" id="guest-domains-hint">
          {t('guestDomainsHint')}
        </p>
      </div>
      <div className="f">
        <label htmlFor="ignore-after">{t('ignoreAfter')}</label>
        <input
          id="ignore-after"
          type="text"
          inputMode="numeric"
          value={days}
          disabled={!mayChange}
          aria-describedby="ignore-after-hint"
          onChange={({ target }) => setDays(target.value.replaceAll(/\D/g, '').slice(0, 4))}
        />
        <p className="sub" id="ignore-after-hint">
          {t('ignoreAfterHint')}
        </p>
      </div>
      {mayChange ? (
        <button type="submit" className="btn">
          {t('saveRules')}
        </button>
      ) : (
        <p className="muted">{t('rulesOnlyManager')}</p>
      )}
    </form>
  );
}
