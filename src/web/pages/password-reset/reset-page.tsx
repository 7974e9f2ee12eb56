/** What a reset link opens: a new password, and then signing in with it. The token is the fragment, sent to nobody. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { resetPassword, resetQuery } from '#web/api/password-reset.ts';
import { ApiProblem, isProblem } from '#web/api/problem.ts';
import { Blank } from '#web/parts/blank.tsx';
import { TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { BrandMark } from '#web/parts/icon.tsx';
import { usePageTitle } from '#web/parts/page-head.tsx';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { passwordProblem, passwordRule } from '#web/words/passwords.ts';
import '#web/styles/sign-in.css';
import '#web/styles/set-up.css';

export function ResetPasswordPage() {
  usePageTitle('New password');
  const token = useLocation({ select: (location) => location.hash });
  const [isDone, setDone] = useState(false);
  return (
    <main className="sign alone" id="main">
      {isDone ? <Done /> : token ? <Reset token={token} onDone={() => setDone(true)} /> : <Refused />}
    </main>
  );
}

function Refused() {
  return (
    <Blank
      alert
      isWholePage
      art="lock"
      title="This link does not work"
      actions={
        <Link to="/forgot-password" className="btn">
          Ask for a new one
        </Link>
      }
    >
      It is not complete, has expired, or was used already.
    </Blank>
  );
}

interface ResetProps {
  readonly token: string;
  readonly onDone: () => void;
}

function Reset({ token, onDone }: ResetProps) {
  const { data, error, refetch } = useQuery(resetQuery(token));
  if (isProblem(error, 'link_refused')) return <Refused />;
  if (error) {
    const problem = error instanceof ApiProblem ? error : null;
    return <Unreachable isWholePage problem={problem} onTry={() => void refetch()} />;
  }
  if (!data) return <output className="vh">Loading</output>;
  return (
    <section aria-labelledby="reset-title">
      <div className="brand">
        <BrandMark />
        Mathership
      </div>
      <h1 id="reset-title">Choose a new password</h1>
      <p className="lead">
        For <b>{data.email}</b>. Every browser that is signed in to this account is signed out, and its API keys end.
      </p>
      <NewPasswordForm token={token} email={data.email} onDone={onDone} />
    </section>
  );
}

const fields = [{ name: 'password', id: 'reset-password', label: 'New password' }];

function NewPasswordForm({ token, email, onDone }: ResetProps & { readonly email: string }) {
  const queryClient = useQueryClient();
  const [password, setPassword] = useState('');
  const form = useForm({
    names: ['password'],
    check: () => {
      const wrong = passwordProblem(password);
      return { ...(wrong && { password: wrong }) };
    },
    send: async () => {
      await resetPassword(token, password);
      queryClient.clear();
      onDone();
    },
  });
  return (
    <form onSubmit={form.submit} noValidate>
      <FormProblem form={form} title="Not changed" fields={fields} />
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <TextField
        id="reset-password"
        label="New password"
        type="password"
        autoComplete="new-password"
        maxLength={200}
        isFirst
        hint={passwordRule}
        value={password}
        message={form.messages['password']}
        onChange={(value) => {
          setPassword(value);
          form.forget('password');
        }}
      />
      <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
        {form.isBusy ? 'Changing…' : 'Change password'}
      </button>
    </form>
  );
}

function Done() {
  return (
    <section aria-labelledby="reset-done">
      <div className="brand">
        <BrandMark />
        Mathership
      </div>
      <h1 id="reset-done">Password changed</h1>
      <p className="lead">
        <output> Every browser is signed out, and API keys have ended. Sign in with the new password.</output>
      </p>
      <Link to="/sign-in" className="btn primary">
        Sign in
      </Link>
    </section>
  );
}
