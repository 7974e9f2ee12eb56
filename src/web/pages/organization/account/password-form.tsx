/** A new password, for somebody who knows the old one. Every other session ends with it, and API keys unless they are to stay. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { apiKeysKey, changePassword, sessionsKey } from '#web/api/account.ts';
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
  const [endsKeys, setEndsKeys] = useState(true);
  const form = useForm({
    names: fields.map(({ name }) => name),
    check: () => {
      const wrong = passwordProblem(next);
      return { ...(current === '' && { current: 'Enter your current password.' }), ...(wrong && { new: wrong }) };
    },
    send: async () => {
      await changePassword(current, next, endsKeys);
      setCurrent('');
      setNext('');
      const text = endsKeys
        ? 'Every other browser is signed out, and your API keys have ended.'
        : 'Every other browser is signed out. API keys go on working.';
      showToast({ title: 'Password changed', text, icon: 'check', tone: 'good' });
      await Promise.all([sessionsKey, apiKeysKey].map((queryKey) => queryClient.invalidateQueries({ queryKey })));
    },
  });
  return (
    <section className="block narrow" aria-labelledby="password-title">
      <div className="top">
        <div>
          <h2 id="password-title">Password</h2>
          <p>Changing it signs out every other browser, and ends links for a new password.</p>
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
          <label className="opt-row">
            <input type="checkbox" checked={endsKeys} onChange={({ target }) => setEndsKeys(target.checked)} />
            <span>End my API keys as well (programs that use them stop until they get new ones)</span>
          </label>
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
