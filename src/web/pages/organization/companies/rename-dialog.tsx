/** A new name for the organization. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { meQuery } from '#web/api/me.ts';
import { organizationsKey, renameOrganization } from '#web/api/organization.ts';
import { showToast } from '#web/frame/toasts.tsx';
import { TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';

interface RenameDialogProps {
  readonly organization: { readonly id: string; readonly name: string };
  readonly onClose: () => void;
}

export default function RenameDialog({ organization, onClose }: RenameDialogProps) {
  const queryClient = useQueryClient();
  const [name, setName] = useState(organization.name);
  const form = useForm({
    names: ['name'],
    check: () => ({ ...(name.trim() === '' && { name: 'Enter a name.' }) }),
    send: async () => {
      await renameOrganization(organization.id, name.trim());
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
        queryClient.invalidateQueries({ queryKey: organizationsKey }),
      ]);
      showToast({ title: 'Organization renamed', icon: 'check', tone: 'good' });
      onClose();
    },
  });
  return (
    <CenterDialog isSmall isOpen onClose={onClose}>
      <form onSubmit={form.submit} noValidate>
        <DialogHead title="Rename organization" onClose={onClose} />
        <div className="dlg-b">
          <FormProblem
            form={form}
            title="Not renamed"
            fields={[{ name: 'name', id: 'organization-name', label: 'Name' }]}
          />
          <div className="form">
            <TextField
              id="organization-name"
              label="Name"
              maxLength={200}
              isFirst
              value={name}
              message={form.messages['name']}
              onChange={(value) => {
                setName(value);
                form.forget('name');
              }}
            />
          </div>
        </div>
        <div className="dlg-f">
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
            Rename
          </button>
        </div>
      </form>
    </CenterDialog>
  );
}
