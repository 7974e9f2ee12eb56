/** The second step: a code of the authenticator app, or a recovery code. Its time is short; then it begins again. */
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { signInByCode } from '#web/api/me.ts';
import { isProblem } from '#web/api/problem.ts';
import { BrandMark, Icon } from '#web/parts/icon.tsx';
import { refusal } from './refusal.ts';

interface CodeFormProps {
  readonly onSignedIn: () => Promise<void>;
  /** Back to the password, with the reason where there is one. */
  readonly onAgain: (why: string | null) => void;
}

export function CodeForm({ onSignedIn, onAgain }: CodeFormProps) {
  const [isRecovery, setRecovery] = useState(false);
  const [code, setCode] = useState('');
  const attempt = useMutation({
    mutationFn: () => signInByCode(code),
    onSuccess: onSignedIn,
    onError: (error) => {
      if (isProblem(error, 'sign_in_step_over')) onAgain(error.detail);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!attempt.isPending && code.trim() !== '') attempt.mutate();
  };
  const message = attempt.error ? refusal(attempt.error) : null;
  return (
    <section aria-labelledby="code-title">
      <div className="brand">
        <BrandMark />
        Mathership
      </div>
      <h1 id="code-title">{isRecovery ? 'Enter a recovery code' : 'Enter the code'}</h1>
      <p className="lead">
        {isRecovery
          ? 'One of the ten codes you stored when you set this up. Each works once.'
          : 'The six digits that your authenticator app shows for Mathership.'}
      </p>
      <form onSubmit={submit}>
        <div className="f">
          <label htmlFor="code">{isRecovery ? 'Recovery code' : 'Code'}</label>
          <input
            key={isRecovery ? 'recovery' : 'app'}
            id="code"
            name="code"
            type="text"
            className="code-input"
            inputMode={isRecovery ? 'text' : 'numeric'}
            autoComplete="one-time-code"
            maxLength={40}
            required
            {...{ autoFocus: true }}
            value={code}
            aria-describedby={message ? 'code-message' : undefined}
            onChange={(event) => {
              setCode(event.target.value);
              if (attempt.isError) attempt.reset();
            }}
          />
          <div role="alert" id="code-message">
            {message && (
              <p className="msg">
                <Icon name="fail" />
                {message}
              </p>
            )}
          </div>
        </div>
        <button className="btn primary" type="submit" aria-disabled={attempt.isPending}>
          {attempt.isPending ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
      <p className="below">
        <button
          type="button"
          className="link"
          onClick={() => {
            setRecovery(!isRecovery);
            setCode('');
            attempt.reset();
          }}
        >
          {isRecovery ? 'Use the authenticator app' : 'Use a recovery code'}
        </button>
        <button type="button" className="link" onClick={() => onAgain(null)}>
          Start again
        </button>
      </p>
    </section>
  );
}
