/** A destination being made or changed. Secrets are typed in and never shown; a webhook's is made here, by this browser. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Destination } from '#contract/deliveries.ts';
import { type DestinationType, destinationTypes, webhookEvents } from '#contract/schedules.ts';
import { changeDestination, createDestination, deliveryKey, readHostKey } from '#web/api/schedules.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { SelectField, TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { type FormState, useForm } from '#web/parts/form/use-form.ts';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { SecretBox } from '#web/parts/secret-box.tsx';
import { destinationNames, eventNames, scheduleWords as t } from '#web/words/en/schedules.ts';
import { useAct } from './use-act.ts';

interface TextSetting {
  readonly name: string;
  readonly label: Parameters<typeof t>[0];
  readonly hint?: Parameters<typeof t>[0];
  readonly isSecret?: true;
  readonly isOptional?: true;
}

const textSettings: Readonly<Record<DestinationType, readonly TextSetting[]>> = {
  mail: [],
  webhook: [{ name: 'url', label: 'url' }],
  sftp: [
    { name: 'host', label: 'host' },
    { name: 'port', label: 'port' },
    { name: 'username', label: 'username' },
    { name: 'password', label: 'password', isSecret: true },
    { name: 'host_key', label: 'hostKey', hint: 'hostKeyHint' },
    { name: 'folder', label: 'folder' },
  ],
  s3: [
    { name: 'bucket', label: 'bucket' },
    { name: 'region', label: 'region' },
    { name: 'endpoint', label: 'endpoint', hint: 'endpointHint', isOptional: true },
    { name: 'prefix', label: 'prefix', isOptional: true },
    { name: 'access_key_id', label: 'accessKey' },
    { name: 'secret_access_key', label: 'secretKey', isSecret: true },
  ],
};

const begun: Readonly<Record<string, string>> = { port: '22', folder: '.' };

/** As Standard Webhooks writes secrets: 32 bytes of this browser's chance. */
function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}

export default function DestinationForm({
  destination,
  onClose,
}: {
  destination: Destination | null;
  onClose: () => void;
}) {
  const company = useCompany();
  const queryClient = useQueryClient();
  const known = (destination?.settings ?? {}) as unknown as Readonly<Record<string, unknown>>;
  const [name, setName] = useState(destination?.name ?? '');
  const [type, setType] = useState<DestinationType>(destination?.type ?? 'mail');
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries(Object.entries(known).map(([key, value]) => [key, String(value)])),
  );
  const [recipients, setRecipients] = useState(((known['recipients'] as string[] | undefined) ?? []).join('\n'));
  const [attach, setAttach] = useState(known['attach'] === 'when_it_fits');
  const [events, setEvents] = useState<readonly string[]>((known['events'] as string[] | undefined) ?? []);
  const [secret] = useState(newSecret);
  const settingsOf = (): Record<string, unknown> => {
    if (type === 'mail') {
      const all = recipients.split(/[\s,;]+/).filter((each) => each !== '');
      return { recipients: all, attach: attach ? 'when_it_fits' : 'never' };
    }
    const given = textSettings[type].flatMap(({ name: key }): [string, unknown][] => {
      const text = (texts[key] ?? begun[key] ?? '').trim();
      return text === '' ? [] : [[key, key === 'port' ? Number(text) : text]];
    });
    const settings = Object.fromEntries(given);
    return type === 'webhook' ? { ...settings, events, ...(!destination && { secret }) } : settings;
  };
  const shown = [
    { name: 'name', id: 'destination-name', label: t('name') },
    { name: 'settings.recipients', id: 'destination-recipients', label: t('recipients') },
    ...textSettings[type].map((each) => ({
      name: `settings.${each.name}`,
      id: `destination-${each.name}`,
      label: t(each.label),
    })),
  ];
  const form = useForm({
    names: shown.map((field) => field.name),
    check: () => ({ ...(name.trim() === '' && { name: t('enterName') }) }),
    send: async () => {
      const settings = settingsOf();
      await (destination
        ? changeDestination(destination, { name: name.trim(), settings })
        : createDestination(company.id, { name: name.trim(), type, settings }));
      await queryClient.invalidateQueries({ queryKey: deliveryKey(company.id) });
      onClose();
    },
  });
  return (
    <CenterDialog isOpen onClose={onClose} isDismissable={false}>
      <form onSubmit={form.submit} noValidate>
        <DialogHead title={destination ? t('editDestination') : t('newDestination')} onClose={onClose} />
        <div className="dlg-b">
          <FormProblem form={form} title={t('notSaved')} fields={shown} />
          <div className="form">
            <TextField
              id="destination-name"
              label={t('name')}
              maxLength={100}
              isFirst
              value={name}
              message={form.messages['name']}
              onChange={(value) => {
                setName(value);
                form.forget('name');
              }}
            />
            {!destination && (
              <SelectField
                id="destination-type"
                label={t('type')}
                value={type}
                options={destinationTypes.map((value) => ({ value, label: destinationNames[value] }))}
                onChange={(value) => setType(value as DestinationType)}
              />
            )}
            {type === 'mail' && (
              <MailFields
                form={form}
                recipients={recipients}
                attach={attach}
                onRecipients={setRecipients}
                onAttach={setAttach}
              />
            )}
            {textSettings[type].map((each) => (
              <TextField
                key={each.name}
                id={`destination-${each.name}`}
                label={t(each.label)}
                type={each.isSecret ? 'password' : 'text'}
                hint={each.isSecret && destination ? t('secretStays') : each.hint && t(each.hint)}
                value={texts[each.name] ?? begun[each.name] ?? ''}
                message={form.messages[`settings.${each.name}`]}
                onChange={(value) => {
                  setTexts({ ...texts, [each.name]: value });
                  form.forget(`settings.${each.name}`);
                }}
              />
            ))}
            {type === 'sftp' && (
              <AskServer
                host={texts['host'] ?? ''}
                port={Number(texts['port'] ?? 22)}
                onKey={(host_key) => setTexts({ ...texts, host_key })}
              />
            )}
            {type === 'webhook' && (
              <fieldset className="f">
                <legend>{t('events')}</legend>
                {webhookEvents.map((event) => (
                  <label className="opt-row" key={event}>
                    <input
                      type="checkbox"
                      checked={events.includes(event)}
                      onChange={({ target }) =>
                        setEvents(target.checked ? [...events, event] : events.filter((each) => each !== event))
                      }
                    />
                    <span>{eventNames[event]}</span>
                  </label>
                ))}
              </fieldset>
            )}
          </div>
          {type === 'webhook' && !destination && (
            <>
              <p>{t('secretHint')}</p>
              <SecretBox secret={secret} label={t('secret')} />
            </>
          )}
        </div>
        <div className="dlg-f">
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
            {form.isBusy ? t('saving') : t('save')}
          </button>
        </div>
      </form>
    </CenterDialog>
  );
}

interface MailFieldsProps {
  readonly form: FormState;
  readonly recipients: string;
  readonly attach: boolean;
  readonly onRecipients: (text: string) => void;
  readonly onAttach: (attach: boolean) => void;
}

function MailFields({ form, recipients, attach, onRecipients, onAttach }: MailFieldsProps) {
  const message = form.messages['settings.recipients'];
  return (
    <>
      <div className="f">
        <label htmlFor="destination-recipients">{t('recipients')}</label>
        <textarea
          id="destination-recipients"
          rows={4}
          value={recipients}
          aria-describedby="destination-recipients-hint"
          aria-invalid={message ? true : undefined}
          onChange={({ target }) => {
            onRecipients(target.value);
            form.forget('settings.recipients');
          }}
        />
        <p className={message ? 'msg' : 'hint'} id="destination-recipients-hint">
          {message ?? t('recipientsHint')}
        </p>
      </div>
      <label className="opt-row f">
        <input type="checkbox" checked={attach} onChange={({ target }) => onAttach(target.checked)} />
        <span>{t('attach')}</span>
      </label>
    </>
  );
}

function AskServer({ host, port, onKey }: { host: string; port: number; onKey: (key: string) => void }) {
  const { id } = useCompany();
  const act = useAct();
  const ask = (): void => {
    if (host.trim() === '') return;
    void act(async () => onKey((await readHostKey(id, { host: host.trim(), port })).host_key));
  };
  return (
    <button type="button" className="btn s" aria-disabled={host.trim() === '' || undefined} onClick={ask}>
      {t('readHostKey')}
    </button>
  );
}
