/** The letters that come unasked: ended here or by a click in one of them, and turned on again here. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { mailWishesQuery, setMailWishes } from '#web/api/account.ts';
import { announce } from '#web/frame/announcer.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { mailWords as t } from '#web/words/en/mail.ts';

export function MailBlock() {
  const client = useQueryClient();
  const { data } = useQuery(mailWishesQuery);
  const choose = async (slow_exports: boolean): Promise<void> => {
    client.setQueryData(mailWishesQuery.queryKey, { slow_exports });
    try {
      client.setQueryData(mailWishesQuery.queryKey, await setMailWishes({ slow_exports }));
      announce(t(slow_exports ? 'slowOn' : 'slowOff'));
    } catch (error) {
      client.setQueryData(mailWishesQuery.queryKey, data);
      showToast(problemToast(error as Error, t('notKept')));
    }
  };
  return (
    <section className="block" aria-labelledby="mail-title">
      <div className="top">
        <div>
          <h2 id="mail-title">{t('title')}</h2>
          <p>{t('lead')}</p>
        </div>
      </div>
      {data && (
        <label className="opt-row">
          <input type="checkbox" checked={data.slow_exports} onChange={({ target }) => void choose(target.checked)} />
          <span>
            {t('slow')}
            <span className="sub">{t('slowHint')}</span>
          </span>
        </label>
      )}
    </section>
  );
}
