/**
 * Sign-in by e-mail and password, single sign-on where it is configured, and the demo accounts in demo mode
 * (a click fills the form). Afterwards the address that was asked for opens.
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useRef, useState, type FormEvent } from 'react';
import { signIn, signInOptionsQuery } from '#web/api/me.ts';
import { isProblem } from '#web/api/problem.ts';
import { BrandMark, Icon } from '#web/parts/icon.tsx';
import { usePageTitle } from '#web/parts/page-head.tsx';
import { DemoAccounts } from './demo-accounts.tsx';
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
  const submitButton = useRef<HTMLButtonElement>(null);
  const attempt = useMutation({
    mutationFn: () => signIn(email.trim(), password),
    onSuccess: async () => {
      queryClient.clear();
      router.history.replace(returnPath(search.return));
      await router.invalidate();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!attempt.isPending) attempt.mutate();
  };
  const message = attempt.error ? refusal(attempt.error) : null;
  return (
    <main className="sign" id="main">
      <section aria-labelledby="sign-in-title">
        <div className="brand">
          <BrandMark />
          Mathership
        </div>
        <h1 id="sign-in-title">Sign in</h1>
        <p className="lead">Reports and exports of your restaurants.</p>
        <form onSubmit={submit}>
          <div className="f">
            <label htmlFor="email">E-mail</label>
            <input
              id="email"
              name="email"
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          </div>
          <div className="f">
            <label htmlFor="password">Password</label>
            <input
              id="password"
              name="password"
              type="password"
              autoComplete="current-password"
              required
              value={password}
              aria-describedby={message ? 'sign-in-message' : undefined}
              onChange={(event) => setPassword(event.target.value)}
            />
            <div role="alert" id="sign-in-message">
              {message && (
                <p className="msg">
                  <Icon name="fail" />
                  {message}
                </p>
              )}
            </div>
          </div>
          <button className="btn primary" type="submit" ref={submitButton} aria-disabled={attempt.isPending}>
            {attempt.isPending ? 'Signing in…' : 'Sign in'}
          </button>
        </form>
        {options?.single_sign_on && (
          <>
            <div className="or">or</div>
            <a className="btn" href={options.single_sign_on.url}>
              <Icon name="key" />
              Continue with {options.single_sign_on.name}
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
            attempt.reset();
            submitButton.current?.focus();
          }}
        />
      )}
    </main>
  );
}

function refusal(error: Error): string {
  if (!isProblem(error)) return 'Signing in did not work. Try again.';
  if (error.code !== 'too_many_requests' || !error.retryAfterSeconds) return error.detail;
  const minutes = Math.ceil(error.retryAfterSeconds / 60);
  return `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
}
