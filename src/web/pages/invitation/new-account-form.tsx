/** Name and password of the account that accepting makes; its address is the one that was invited. */
import { useState } from 'react';
import { acceptInvitation } from '#web/api/set-up.ts';
import { TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { Icon } from '#web/parts/icon.tsx';
import { passwordProblem, passwordRule } from '#web/words/passwords.ts';

interface NewAccountFormProps {
  readonly token: string;
  readonly email: string;
  /** Whoever this browser is signed in as. */
  readonly other: { readonly name: string; readonly email: string } | null;
  /** Of a link that proves nothing: the account will be of this organization alone. Null: it is the address's own. */
  readonly organization: string | null;
  readonly onAccepted: () => Promise<void>;
}

const fields = [
  { name: 'name', id: 'account-name', label: 'Your name' },
  { name: 'password', id: 'account-password', label: 'Password' },
];

export function NewAccountForm({ token, email, other, organization, onAccepted }: NewAccountFormProps) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const form = useForm({
    names: fields.map((field) => field.name),
    check: () => {
      const wrong = passwordProblem(password);
      return { ...(name.trim() === '' && { name: 'Enter your name.' }), ...(wrong && { password: wrong }) };
    },
    send: async () => {
      await acceptInvitation(token, { name: name.trim(), password });
      await onAccepted();
    },
  });
  return (
    <form onSubmit={form.submit} noValidate>
      <FormProblem form={form} title="Not accepted" fields={fields} />
      {other && (
        <p className="tip">
          <Icon name="info" />
          <span>
            {other.email === email
              ? `This browser is signed in as ${other.name}, whose account belongs to another organization alone. Accepting makes one of its own for this organization and signs in to it.`
              : `This browser is signed in as ${other.name}. Accepting signs it in as ${email} instead.`}
          </span>
        </p>
      )}
      {organization !== null && <p className="hint">The account will be for {organization} alone.</p>}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <TextField
        id="account-name"
        label="Your name"
        autoComplete="name"
        maxLength={200}
        value={name}
        message={form.messages['name']}
        onChange={(value) => {
          setName(value);
          form.forget('name');
        }}
      />
      <TextField
        id="account-password"
        label="Password"
        type="password"
        autoComplete="new-password"
        maxLength={200}
        hint={passwordRule}
        value={password}
        message={form.messages['password']}
        onChange={(value) => {
          setPassword(value);
          form.forget('password');
        }}
      />
      <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
        {form.isBusy ? 'Making the account…' : 'Make the account and open'}
      </button>
    </form>
  );
}
