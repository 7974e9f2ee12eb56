/** E-mail and password. What was wrong stands until one of them is changed. */
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FormEvent, RefObject } from 'react';
import type { AccountChoice } from '#contract/sign-in.ts';
import { accountChoices, signIn } from '#web/api/me.ts';
import { isProblem } from '#web/api/problem.ts';
import { Icon } from '#web/parts/icon.tsx';
import { refusal } from './refusal.ts';

interface PasswordSignInProps {
  readonly email: string;
  readonly password: string;
  readonly onEmail: (email: string) => void;
  readonly onPassword: (password: string) => void;
  readonly submitButton: RefObject<HTMLButtonElement | null>;
  readonly onSignedIn: () => Promise<void>;
  /** The password was right, and a code is asked for as well. */
  readonly onCodeWanted: () => void;
}

export function PasswordSignIn(props: PasswordSignInProps) {
  const { email, password, onEmail, onPassword, submitButton, onSignedIn, onCodeWanted } = props;
  const attempt = useMutation({
    mutationFn: (given: { email: string; password: string; account?: AccountChoice }) =>
      signIn(given.email.trim(), given.password, given.account),
    onSuccess: onSignedIn,
    onError: (error) => {
      if (isProblem(error, 'second_factor_required')) onCodeWanted();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!attempt.isPending) attempt.mutate({ email, password });
  };
  const isAsSent = attempt.variables?.email === email && attempt.variables.password === password;
  const isChoice = isProblem(attempt.error, 'organization_required');
  const choices = isAsSent && isChoice && isProblem(attempt.error) ? accountChoices(attempt.error) : [];
  const message = attempt.error && isAsSent && !isChoice ? refusal(attempt.error) : null;
  return (
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
          onChange={(event) => onEmail(event.target.value)}
        />
      </div>
      <div className="f">
        <div className="label-row">
          <label htmlFor="password">Password</label>
          <Link to="/forgot-password">Forgot password?</Link>
        </div>
        <input
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          aria-describedby={message ? 'sign-in-message' : undefined}
          onChange={(event) => onPassword(event.target.value)}
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
      {choices.length > 0 && (
        <div className="f" aria-live="polite">
          <p>You have an account in each of these. Which one?</p>
          {choices.map((account) => (
            <button
              key={account.organization_id ?? 'own'}
              type="button"
              className="btn"
              onClick={() => attempt.mutate({ email, password, account })}
            >
              {account.organization ?? 'Your own account'}
            </button>
          ))}
        </div>
      )}
      <button className="btn primary" type="submit" ref={submitButton} aria-disabled={attempt.isPending}>
        {attempt.isPending ? 'Signing in…' : 'Sign in'}
      </button>
    </form>
  );
}
