/** An owner makes a link with which somebody chooses a new password: asked for first, then shown this once. */
import { useState } from 'react';
import type { OrganizationMember } from '#contract/organization.ts';
import { makeResetLink } from '#web/api/organization.ts';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { Icon } from '#web/parts/icon.tsx';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { SecretBox } from '#web/parts/secret-box.tsx';
import type { OwnOrganization } from '../use-view.ts';

interface ResetLinkDialogProps {
  readonly organization: OwnOrganization;
  readonly person: OrganizationMember;
  readonly onClose: () => void;
}

export default function ResetLinkDialog({ organization, person, onClose }: ResetLinkDialogProps) {
  const [made, setMade] = useState<{ link: string; expires_in_minutes: number } | null>(null);
  const form = useForm({
    names: [],
    check: () => ({}),
    send: async () => setMade(await makeResetLink(organization.id, person.user_id)),
  });
  return (
    <CenterDialog isOpen onClose={onClose} isDismissable={made === null}>
      <DialogHead
        title={made ? 'Reset link made' : 'Make a password reset link?'}
        lead={person.email}
        onClose={onClose}
      />
      <div className="dlg-b">
        {made ? (
          <>
            <p>Hand it to {person.name} and to nobody else. It cannot be shown again.</p>
            <SecretBox secret={made.link} label="Reset link" />
            <p className="tip">
              <Icon name="info" />
              <span>
                It works once, for {made.expires_in_minutes} minutes. Whoever opens it chooses the password of{' '}
                {person.name}.
              </span>
            </p>
          </>
        ) : (
          <>
            <FormProblem form={form} title="Not made" fields={[]} />
            <p>
              With the link {person.name} chooses a new password. Their old one works until then, and a second factor
              goes on being asked for. The activity log says that you made it.
            </p>
          </>
        )}
      </div>
      <div className="dlg-f bare">
        {made ? (
          <button type="button" className="btn primary" onClick={onClose}>
            Done
          </button>
        ) : (
          <>
            <button type="button" className="btn" onClick={onClose}>
              Cancel
            </button>
            <button
              type="button"
              className="btn primary"
              aria-disabled={form.isBusy || undefined}
              onClick={() => form.submit()}
            >
              {form.isBusy ? 'Making the link…' : 'Make the link'}
            </button>
          </>
        )}
      </div>
    </CenterDialog>
  );
}
