/** Asks for both factors before one of them is changed. */
import { useState } from 'react';
import { useMe } from '#web/frame/company-context.tsx';
import { TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';

interface PasswordAndCodeProps {
  readonly title: string;
  readonly lead: string;
  /** What is done: `Switch off`. */
  readonly yes: string;
  readonly isDanger?: boolean;
  readonly send: (given: { password: string; code: string }) => Promise<void>;
  readonly onClose: () => void;
}

const fields = [
  { name: 'password', id: 'both-password', label: 'Password' },
  { name: 'code', id: 'both-code', label: 'Code' },
];

export default function PasswordAndCode({ title, lead, yes, isDanger = false, send, onClose }: PasswordAndCodeProps) {
  const me = useMe();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const form = useForm({
    names: ['password', 'code'],
    check: () => ({
      ...(password === '' && { password: 'Enter your password.' }),
      ...(code.trim() === '' && { code: 'Enter a code.' }),
    }),
    send: () => send({ password, code }),
  });
  return (
    <CenterDialog isSmall isOpen onClose={onClose}>
      <form onSubmit={form.submit} noValidate>
        <DialogHead title={title} lead={lead} onClose={onClose} />
        <div className="dlg-b">
          <FormProblem form={form} title="Not done" fields={fields} />
          <input type="text" name="username" autoComplete="username" value={me.user.email} readOnly hidden />
          <div className="form">
            <TextField
              id="both-password"
              label="Password"
              type="password"
              autoComplete="current-password"
              maxLength={200}
              isFirst
              value={password}
              message={form.messages['password']}
              onChange={(value) => {
                setPassword(value);
                form.forget('password');
              }}
            />
            <TextField
              id="both-code"
              label="Code"
              autoComplete="one-time-code"
              maxLength={40}
              hint="Of the app, or a recovery code"
              value={code}
              message={form.messages['code']}
              onChange={(value) => {
                setCode(value);
                form.forget('code');
              }}
            />
          </div>
        </div>
        <div className="dlg-f">
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className={isDanger ? 'btn danger solid' : 'btn primary'}
            aria-disabled={form.isBusy || undefined}
          >
            {form.isBusy ? 'Checking…' : yes}
          </button>
        </div>
      </form>
    </CenterDialog>
  );
}
