/** Asking for a link to choose a new password. It says the same whether or not there is such an account. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { signInOptionsQuery } from '#web/api/me.ts';
import { askForReset } from '#web/api/password-reset.ts';
import { TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { BrandMark, Icon } from '#web/parts/icon.tsx';
import { usePageTitle } from '#web/parts/page-head.tsx';
import '#web/styles/sign-in.css';
import '#web/styles/set-up.css';

export function ForgotPasswordPage() {
  usePageTitle('Forgot password');
  const { data: options } = useQuery(signInOptionsQuery);
  const [sentTo, setSentTo] = useState<string | null>(null);
  return (
    <main className="sign alone" id="main">
      <section aria-labelledby="forgot-title">
        <div className="brand">
          <BrandMark />
          Mathership
        </div>
        <h1 id="forgot-title">{sentTo === null ? 'Forgot your password?' : 'Look into your mail'}</h1>
        {sentTo !== null ? (
          <p className="lead">
            <output>
              {' '}
              If {sentTo} has an account here, a link to choose a new password is on its way. It works for an hour.
            </output>
          </p>
        ) : options?.password_reset ? (
          <AskForm onSent={setSentTo} />
        ) : (
          options && (
            <p className="tip">
              <Icon name="info" />
              <span>
                This installation sends no mail. Ask an owner of your organization: they can make a link for you to
                choose a new password.
              </span>
            </p>
          )
        )}
        <p className="below">
          <Link to="/sign-in">Back to signing in</Link>
        </p>
      </section>
    </main>
  );
}

const fields = [{ name: 'email', id: 'forgot-email', label: 'E-mail' }];

function AskForm({ onSent }: { onSent: (email: string) => void }) {
  const [email, setEmail] = useState('');
  const form = useForm({
    names: ['email'],
    check: () => ({ ...(!/^\S+@\S+$/.test(email.trim()) && { email: 'Enter your e-mail address.' }) }),
    send: async () => {
      await askForReset(email.trim());
      onSent(email.trim());
    },
  });
  return (
    <>
      <p className="lead">We mail you a link to choose a new one.</p>
      <form onSubmit={form.submit} noValidate>
        <FormProblem form={form} title="Not sent" fields={fields} />
        <TextField
          id="forgot-email"
          label="E-mail"
          type="email"
          autoComplete="username"
          maxLength={320}
          isFirst
          value={email}
          message={form.messages['email']}
          onChange={(value) => {
            setEmail(value);
            form.forget('email');
          }}
        />
        <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
          {form.isBusy ? 'Sending…' : 'Send the link'}
        </button>
      </form>
    </>
  );
}
