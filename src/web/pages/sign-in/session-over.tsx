/** Signing in again over the page that was open, which shows nothing meanwhile and is as it was afterwards. */
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { meQuery } from '#web/api/me.ts';
import { onSignedInElsewhere, resumeSession, tellSignedIn } from '#web/api/session.ts';
import { CenterDialog } from '#web/parts/modal.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { CodeForm } from './code-form.tsx';
import { PasswordSignIn } from './password-sign-in.tsx';
import { sessionWords as t } from '#web/words/en/session.ts';
import '#web/styles/sign-in.css';

export default function SessionOver({ email: known }: { email: string }) {
  const queryClient = useQueryClient();
  const router = useRouter();
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const [isCodeWanted, setCodeWanted] = useState(false);
  const submitButton = useRef<HTMLButtonElement>(null);
  const goOn = useCallback(async (): Promise<void> => {
    const before = queryClient.getQueryData(meQuery.queryKey);
    const now = await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
    // somebody else has nothing to do with what is open here
    if (before && now.user.id !== before.user.id) return location.assign('/');
    resumeSession();
    await queryClient.invalidateQueries();
  }, [queryClient]);
  useEffect(() => onSignedInElsewhere(() => void goOn().catch(() => undefined)), [goOn]);
  const enter = async (): Promise<void> => {
    await goOn();
    tellSignedIn();
  };
  const leave = (): void => {
    const { href } = router.state.location;
    location.assign(`/sign-in?${new URLSearchParams({ return: href, session: 'ended' })}`);
  };
  return (
    <CenterDialog isSmall isOpen isOpaque label={t('title')} isDismissable={false} onClose={() => undefined}>
      <div className="sign session-over">
        {isCodeWanted ? (
          <CodeForm onSignedIn={enter} onAgain={() => setCodeWanted(false)} />
        ) : (
          <section>
            <output className="banner info">
              <Icon name="info" />
              <span>{t('text')}</span>
            </output>
            <PasswordSignIn
              email={email}
              password={password}
              onEmail={setEmail}
              onPassword={setPassword}
              submitButton={submitButton}
              onSignedIn={enter}
              onCodeWanted={() => setCodeWanted(true)}
            />
            <button type="button" className="link" onClick={leave}>
              {t('leave')}
            </button>
          </section>
        )}
      </div>
    </CenterDialog>
  );
}
