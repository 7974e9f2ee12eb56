/** A new password, for somebody who knows the old one. Every other session ends with it. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changePassword, sessionsKey } from '#web/api/account.ts';
import { useMe } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { passwordProblem, passwordRule } from '#web/words/passwords.ts';

const fields = [
  { name: 'current', id: 'password-current', label: 'Current password' },
  { name: 'new', id: 'password-new', label: 'New password' },
];

export function PasswordForm() {
  const me = useMe();
  const queryClient = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const form = useForm({
    names: fields.map(({ name }) => name),
    check: () => {
      const wrong = passwordProblem(next);
      return { ...(current === '' && { current: 'Enter your current password.' }), ...(wrong && { new: wrong }) };
    },
    send: async () => {
      await changePassword(current, next);
      setCurrent('');
      setNext('');
      showToast({ title: 'Password changed', text: 'Every other browser is signed out.', icon: 'check', tone: 'good' });
      await queryClient.invalidateQueries({ queryKey: sessionsKey });
    },
  });
  return (
    <section className="block narrow" aria-labelledby="password-title">
      <div className="top">
        <div>
          <h2 id="password-title">Password</h2>
          <p>Changing it signs out every other browser. API keys go on working.</p>
        </div>
      </div>
      <form onSubmit={form.submit} noValidate>
        <FormProblem form={form} title="Not changed" fields={fields} />
        <input type="text" name="username" autoComplete="username" value={me.user.email} readOnly hidden />
        <div className="form">
          <TextField
            id="password-current"
            label="Current password"
            type="password"
            autoComplete="current-password"
            maxLength={200}
            value={current}
            message={form.messages['current']}
            onChange={(value) => {
              setCurrent(value);
              form.forget('current');
            }}
          />
          <TextField
            id="password-new"
            label="New password"
            type="password"
            autoComplete="new-password"
            maxLength={200}
            hint={passwordRule}
            value={next}
            message={form.messages['new']}
            onChange={(value) => {
              setNext(value);
              form.forget('new');
            }}
          />
          <div>
            <button type="submit" className="btn" aria-disabled={form.isBusy || undefined}>
              {form.isBusy ? 'Changing…' : 'Change password'}
            </button>
          </div>
        </div>
      </form>
    </section>
  );
}
