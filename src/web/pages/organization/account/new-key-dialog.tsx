/** A new API key: a name and an end; then the key itself, once, until it is said to be stored. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { apiKeysKey, createApiKey, type ApiKey } from '#web/api/account.ts';
import { serverNow } from '#web/api/server-clock.ts';
import { useCompany, useMe } from '#web/frame/company-context.tsx';
import { SelectField, TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { Icon } from '#web/parts/icon.tsx';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { SecretBox } from '#web/parts/secret-box.tsx';
import { dayText } from '#web/words/days.ts';
import { localDay } from '#web/words/instants.ts';

/** Days of life; absent: it never ends. */
const lives: readonly { readonly value: string; readonly label: string; readonly days?: number }[] = [
  { value: '30', label: 'In 30 days', days: 30 },
  { value: '90', label: 'In 90 days', days: 90 },
  { value: '365', label: 'In a year', days: 365 },
  { value: 'never', label: 'Never' },
];

const fields = [
  { name: 'name', id: 'key-name', label: 'Name' },
  { name: 'expires_at', id: 'key-life', label: 'Expires' },
];

export default function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<(ApiKey & { key: string }) | null>(null);
  return made ? <MadeKey made={made} onClose={onClose} /> : <KeyForm onMade={setMade} onClose={onClose} />;
}

interface KeyFormProps {
  readonly onMade: (made: ApiKey & { key: string }) => void;
  readonly onClose: () => void;
}

function KeyForm({ onMade, onClose }: KeyFormProps) {
  const me = useMe();
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const [life, setLife] = useState('365');
  const form = useForm({
    names: fields.map((field) => field.name),
    check: () => ({ ...(name.trim() === '' && { name: 'Enter a name.' }) }),
    send: async () => {
      const days = lives.find(({ value }) => value === life)?.days;
      const end = days === undefined ? null : new Date(serverNow() + days * 86_400_000).toISOString();
      onMade(await createApiKey(name.trim(), end));
      await queryClient.invalidateQueries({ queryKey: apiKeysKey });
    },
  });
  return (
    <CenterDialog isSmall isOpen onClose={onClose}>
      <form onSubmit={form.submit} noValidate>
        <DialogHead title="New API key" lead={`Acts as ${me.user.name}`} onClose={onClose} />
        <div className="dlg-b">
          <FormProblem form={form} title="Not created" fields={fields} />
          <div className="form">
            <TextField
              id="key-name"
              label="Name"
              hint="Where it will be used"
              maxLength={200}
              isFirst
              value={name}
              message={form.messages['name']}
              onChange={(value) => {
                setName(value);
                form.forget('name');
              }}
            />
            <SelectField
              id="key-life"
              label="Expires"
              value={life}
              options={lives}
              message={form.messages['expires_at']}
              onChange={setLife}
            />
          </div>
        </div>
        <div className="dlg-f">
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
            {form.isBusy ? 'Creating…' : 'Create key'}
          </button>
        </div>
      </form>
    </CenterDialog>
  );
}

function MadeKey({ made, onClose }: { made: ApiKey & { key: string }; onClose: () => void }) {
  const me = useMe();
  const { time_zone: timeZone } = useCompany();
  const [isStored, setStored] = useState(false);
  const leave = (): void => {
    if (isStored) onClose();
  };
  return (
    <CenterDialog isOpen onClose={leave} isDismissable={false}>
      <DialogHead title="API key created" onClose={onClose} />
      <div className="dlg-b">
        <p>Copy it now. It is not stored and cannot be shown again.</p>
        <SecretBox secret={made.key} label="API key" />
        <dl className="kv">
          <dt>Name</dt>
          <dd className="wraps">{made.name}</dd>
          <dt>Acts as</dt>
          <dd>{me.user.name}, never more than they may</dd>
          <dt>Expires</dt>
          <dd>{made.expires_at ? dayText(localDay(made.expires_at, timeZone)) : 'Never'}</dd>
        </dl>
        <p className="tip">
          <Icon name="info" />
          <span>
            Send it as <code className="cell-v">Authorization: Bearer …</code> or set{' '}
            <code className="cell-v">MATHERSHIP_API_KEY</code>.
          </span>
        </p>
      </div>
      <div className="dlg-f">
        <label className="opt-row grow">
          <input type="checkbox" checked={isStored} onChange={({ target }) => setStored(target.checked)} />
          <span>I have stored it</span>
        </label>
        <button type="button" className="btn primary" aria-disabled={!isStored || undefined} onClick={leave}>
          Done
        </button>
      </div>
    </CenterDialog>
  );
}
