/**
 * Sign-in by e-mail and password, by a code after it where the account has one, by single sign-on where it is configured;
 * and the demo accounts in demo mode (a click fills the form). Afterwards the address that was asked for opens.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { signInOptionsQuery } from '#web/api/me.ts';
import { onSignedInElsewhere, tellSignedIn } from '#web/api/session.ts';
import { BrandMark, Icon } from '#web/parts/icon.tsx';
import { usePageTitle } from '#web/parts/page-head.tsx';
import { singleSignOnSentences } from '#web/words/sign-in.ts';
import { CodeForm } from './code-form.tsx';
import { DemoAccounts } from './demo-accounts.tsx';
import { PasswordSignIn } from './password-sign-in.tsx';
import { returnPath } from './search.ts';
import '#web/styles/sign-in.css';

export function SignInPage() {
  usePageTitle('Sign in');
  const search = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const queryClient = useQueryClient();
  const { data: options } = useQuery(signInOptionsQuery);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [isCodeWanted, setCodeWanted] = useState(search.step === 'code');
  const [notice, setNotice] = useState(search.problem ? singleSignOnSentences[search.problem] : null);
  const submitButton = useRef<HTMLButtonElement>(null);
  const open = useCallback(async (): Promise<void> => {
    queryClient.clear();
    router.history.replace(returnPath(search.return));
    await router.invalidate();
  }, [queryClient, router, search.return]);
  useEffect(() => onSignedInElsewhere(() => void open()), [open]);
  const enter = async (): Promise<void> => {
    tellSignedIn();
    await open();
  };
  const startAgain = (why: string | null): void => {
    setPassword('');
    setNotice(why);
    setCodeWanted(false);
  };
  const back = search.return && returnPath(search.return) !== '/' ? search.return : undefined;
  const single = options?.single_sign_on;
  if (isCodeWanted) {
    return (
      <main className="sign alone" id="main">
        <CodeForm onSignedIn={enter} onAgain={startAgain} />
      </main>
    );
  }
  return (
    <main className={options?.demo_accounts ? 'sign' : 'sign alone'} id="main">
      <section aria-labelledby="sign-in-title">
        <div className="brand">
          <BrandMark />
          Mathership
        </div>
        <h1 id="sign-in-title">Sign in</h1>
        <p className="lead">Reports and exports of your restaurants.</p>
        {search.session === 'ended' && !notice && (
          <output className="banner info">
            <Icon name="info" />
            <span>Your session has ended. Sign in to go on where you were.</span>
          </output>
        )}
        {notice && (
          <div className="banner bad" role="alert">
            <Icon name="fail" />
            <div>
              <p>{notice}</p>
            </div>
          </div>
        )}
        <PasswordSignIn
          email={email}
          password={password}
          onEmail={setEmail}
          onPassword={setPassword}
          submitButton={submitButton}
          onSignedIn={enter}
          onCodeWanted={() => setCodeWanted(true)}
        />
        {single && (
          <>
            <div className="or">or</div>
            <a className="btn" href={back ? `${single.url}?${new URLSearchParams({ return: back })}` : single.url}>
              <Icon name="key" />
              Continue with {single.name}
            </a>
          </>
        )}
      </section>
      {options?.demo_accounts && (
        <DemoAccounts
          accounts={options.demo_accounts}
          password={options.demo_password ?? ''}
          chosen={email}
          onChoose={(account) => {
            setEmail(account);
            setPassword(options.demo_password ?? '');
            submitButton.current?.focus();
          }}
        />
      )}
    </main>
  );
}
