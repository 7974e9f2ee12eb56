/** Adding or changing a company; also founding an organization together with its first company. */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { Me } from '#contract/access.ts';
import type { CompanyEntry } from '#contract/organization.ts';
import { meQuery } from '#web/api/me.ts';
import {
  changeCompany,
  type CompanyForm,
  createCompany,
  createOrganization,
  organizationsKey,
} from '#web/api/organization.ts';
import { useMe } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { CompanyFields, companyFieldLabels } from '#web/parts/form/company-fields.tsx';
import { TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { Icon } from '#web/parts/icon.tsx';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { ownPlace } from '#web/words/places.ts';

interface CompanyDialogProps {
  /** The organization the company belongs to. */
  readonly of: { readonly id: string; readonly name: string } | 'new organization';
  /** Null for one to be added. */
  readonly company: CompanyEntry | null;
  readonly onClose: () => void;
}

/** A new company is most often where the first one of the organization is. */
function placeOf(me: Me, organizationId: string): Omit<CompanyForm, 'name'> {
  const first = me.companies.find(({ organization_id }) => organization_id === organizationId);
  return first ? { currency: first.currency, time_zone: first.time_zone, locale: first.locale } : ownPlace();
}

const organizationField = { name: 'organization', id: 'organization-name', label: 'Organization' };

export default function CompanyDialog({ of, company, onClose }: CompanyDialogProps) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const isFounding = of === 'new organization';
  const me = useMe();
  const [organizationName, setOrganizationName] = useState('');
  // an organization that is made already is not made again when its company was refused
  const founded = useRef<string | null>(null);
  const [values, setValues] = useState<CompanyForm>(
    () => company ?? { name: '', ...(isFounding ? ownPlace() : placeOf(me, of.id)) },
  );
  const labels = [...(isFounding ? [organizationField] : []), ...companyFieldLabels()];
  const form = useForm({
    names: labels.map(({ name }) => name),
    check: () => ({
      ...(isFounding && organizationName.trim() === '' && { organization: 'Enter a name.' }),
      ...(values.name.trim() === '' && { name: 'Enter a name.' }),
    }),
    send: async () => {
      const { name, currency, time_zone, locale } = values;
      const body = { name: name.trim(), currency, time_zone, locale };
      if (isFounding) founded.current ??= (await createOrganization(organizationName.trim())).id;
      const organizationId = isFounding ? founded.current : of.id;
      const saved = company ? await changeCompany(company.id, body) : await createCompany(organizationId ?? '', body);
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
        queryClient.invalidateQueries({ queryKey: organizationsKey }),
      ]);
      onClose();
      const open = (): void => void navigate({ to: '/organization', search: { company: saved.id } });
      if (isFounding) open();
      showToast({
        title: company ? `${saved.name} is saved` : `${saved.name} is added`,
        icon: 'check',
        tone: 'good',
        ...(!company && !isFounding && { links: [{ label: 'Open it', onPress: open }] }),
      });
    },
  });
  const title = isFounding ? 'New organization' : company ? `Edit ${company.name}` : 'Add company';
  return (
    <CenterDialog isOpen onClose={onClose} isDismissable={!form.isBusy}>
      <form onSubmit={form.submit} noValidate>
        <DialogHead
          title={title}
          lead={isFounding ? 'You are its owner. It needs a first company.' : of.name}
          onClose={onClose}
        />
        <div className="dlg-b">
          <FormProblem form={form} title="Not saved" fields={labels} />
          <div className="form">
            {isFounding && (
              <>
                <TextField
                  id={organizationField.id}
                  label="Organization"
                  hint="The group that the companies belong to"
                  maxLength={200}
                  isFirst
                  value={organizationName}
                  message={form.messages['organization']}
                  onChange={(value) => {
                    setOrganizationName(value);
                    form.forget('organization');
                  }}
                />
                <hr />
                <h3 className="h4">First company</h3>
              </>
            )}
            <CompanyFields
              values={values}
              messages={form.messages}
              isFirst={!isFounding}
              onChange={(name, value) => {
                setValues((known) => ({ ...known, [name]: value }));
                form.forget(name);
              }}
            />
          </div>
          {company && company.time_zone !== values.time_zone && (
            <p className="tip">
              <Icon name="warn" />
              <span>
                Days begin in {values.time_zone} from now on. Days that are already recorded stay as they are in
                reports.
              </span>
            </p>
          )}
        </div>
        <div className="dlg-f">
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
            {form.isBusy ? 'Saving…' : isFounding ? 'Create' : company ? 'Save' : 'Add company'}
          </button>
        </div>
      </form>
    </CenterDialog>
  );
}
