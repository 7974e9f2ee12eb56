/** Setting up the second factor: the password, then the secret for the app, then the first code as proof that it took. */
import { useState } from 'react';
import type { SecondFactorSecret } from '#contract/sign-in.ts';
import { beginSecondFactor, confirmSecondFactor } from '#web/api/account.ts';
import { useMe } from '#web/frame/company-context.tsx';
import { TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { SecretBox } from '#web/parts/secret-box.tsx';
import { QrCode } from './qr-code.tsx';

interface EnrolDialogProps {
  readonly onClose: () => void;
  /** With the recovery codes, this once. */
  readonly onDone: (codes: readonly string[]) => void;
}

export default function EnrolDialog({ onClose, onDone }: EnrolDialogProps) {
  const [begun, setBegun] = useState<SecondFactorSecret | null>(null);
  return (
    <CenterDialog isOpen onClose={onClose} isDismissable={false}>
      {begun ? (
        <CodeStep begun={begun} onClose={onClose} onDone={onDone} />
      ) : (
        <PasswordStep onBegun={setBegun} onClose={onClose} />
      )}
    </CenterDialog>
  );
}

const title = 'Set up the second factor';
const passwordFields = [{ name: 'password', id: 'enrol-password', label: 'Password' }];
const codeFields = [{ name: 'code', id: 'enrol-code', label: 'Code' }];

interface PasswordStepProps {
  readonly onBegun: (begun: SecondFactorSecret) => void;
  readonly onClose: () => void;
}

function PasswordStep({ onBegun, onClose }: PasswordStepProps) {
  const me = useMe();
  const [password, setPassword] = useState('');
  const form = useForm({
    names: ['password'],
    check: () => ({ ...(password === '' && { password: 'Enter your password.' }) }),
    send: async () => onBegun(await beginSecondFactor(password)),
  });
  return (
    <form onSubmit={form.submit} noValidate>
      <DialogHead title={title} lead="First your password: this browser may have been left open." onClose={onClose} />
      <div className="dlg-b">
        <FormProblem form={form} title="Not begun" fields={passwordFields} />
        <input type="text" name="username" autoComplete="username" value={me.user.email} readOnly hidden />
        <div className="form">
          <TextField
            id="enrol-password"
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
        </div>
      </div>
      <div className="dlg-f">
        <button type="button" className="btn" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
          {form.isBusy ? 'Checking…' : 'Continue'}
        </button>
      </div>
    </form>
  );
}

function CodeStep({ begun, onClose, onDone }: EnrolDialogProps & { readonly begun: SecondFactorSecret }) {
  const [code, setCode] = useState('');
  const form = useForm({
    names: ['code'],
    check: () => ({ ...(code.trim() === '' && { code: 'Enter the code your app shows.' }) }),
    send: async () => onDone((await confirmSecondFactor(code)).recovery_codes),
  });
  return (
    <form onSubmit={form.submit} noValidate>
      <DialogHead
        title={title}
        lead="Scan the code with an authenticator app, then type what it shows."
        onClose={onClose}
      />
      <div className="dlg-b">
        <FormProblem form={form} title="Not set up" fields={codeFields} />
        <QrCode text={begun.uri} label="QR code for the authenticator app; the same secret stands below as text" />
        <p className="muted">Cannot scan it? Type this into the app:</p>
        <SecretBox secret={begun.secret} label="Secret" />
        <div className="form">
          <TextField
            id="enrol-code"
            label="Code"
            autoComplete="one-time-code"
            maxLength={10}
            hint="Six digits"
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
        <p>Every other browser is signed out.</p>
        <button type="button" className="btn" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
          {form.isBusy ? 'Checking…' : 'Switch on'}
        </button>
      </div>
    </form>
  );
}
