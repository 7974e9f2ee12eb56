/** What became of an invitation: mailed, not mailed, or without mail a link that is shown this once. */
import { useState } from 'react';
import type { NewInvitation } from '#contract/organization.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { SecretBox } from '#web/parts/secret-box.tsx';
import { dayText } from '#web/words/days.ts';
import { localDay } from '#web/words/instants.ts';

interface InvitationLinkProps {
  readonly invitation: NewInvitation;
  readonly onClose: () => void;
}

export function InvitationLink({ invitation, onClose }: InvitationLinkProps) {
  const { time_zone: timeZone } = useCompany();
  const [isCopied, setCopied] = useState(false);
  const { link } = invitation;
  if (invitation.mail === 'failed') return <InvitationNotMailed invitation={invitation} onClose={onClose} />;
  if (link === null) return <InvitationMailed invitation={invitation} onClose={onClose} />;
  const subject = encodeURIComponent('Your invitation to Mathership');
  const body = encodeURIComponent(`You are invited to Mathership. Open this link to accept:\n\n${link}\n`);
  return (
    <CenterDialog isOpen onClose={onClose} isDismissable={isCopied}>
      <DialogHead title="Invitation made" lead={invitation.email} onClose={onClose} />
      <div className="dlg-b">
        <p>Copy the link and send it to {invitation.email}. It cannot be shown again.</p>
        <SecretBox secret={link} label="Invitation link" onCopied={() => setCopied(true)} />
        <p className="tip">
          <Icon name="info" />
          <span>
            It works until {dayText(localDay(invitation.expires_at, timeZone))}, for one person. Whoever opens it can
            act as {invitation.email} in your organization, so send it to nobody else.
          </span>
        </p>
      </div>
      <div className="dlg-f">
        <a
          className="btn"
          href={`mailto:${invitation.email}?subject=${subject}&body=${body}`}
          onClick={() => setCopied(true)}
        >
          <Icon name="mail" />
          Write the e-mail
        </a>
        <span className="grow" />
        <button type="button" className="btn primary" onClick={onClose}>
          Done
        </button>
      </div>
    </CenterDialog>
  );
}

function InvitationMailed({ invitation, onClose }: InvitationLinkProps) {
  const { time_zone: timeZone } = useCompany();
  return (
    <CenterDialog isSmall isOpen onClose={onClose}>
      <DialogHead title="Invitation mailed" lead={invitation.email} onClose={onClose} />
      <div className="dlg-b">
        <p>
          The link in the mail works until {dayText(localDay(invitation.expires_at, timeZone))}, for one person. If it
          does not arrive, invite the person again.
        </p>
      </div>
      <div className="dlg-f bare">
        <button type="button" className="btn primary" onClick={onClose}>
          Done
        </button>
      </div>
    </CenterDialog>
  );
}

/** A link shown here would let an account be made under an address that nobody has proven. */
function InvitationNotMailed({ invitation, onClose }: InvitationLinkProps) {
  return (
    <CenterDialog isSmall isOpen onClose={onClose}>
      <DialogHead title="The letter was not sent" lead={invitation.email} onClose={onClose} />
      <div className="dlg-b">
        <div className="banner bad" role="alert">
          <Icon name="fail" />
          <div>
            <b>The mail server did not take the letter.</b>
            <p>Check the address and invite the person again. If it goes on, ask whoever runs this installation.</p>
          </div>
        </div>
      </div>
      <div className="dlg-f bare">
        <button type="button" className="btn primary" onClick={onClose}>
          Done
        </button>
      </div>
    </CenterDialog>
  );
}
