/** What activity can be narrowed to, and the actions of the audit log that each topic holds. */
export const activityTopics = ['access', 'companies', 'locations', 'exports', 'imports', 'refused', 'sign_in'] as const;
export type ActivityTopic = (typeof activityTopics)[number];

export const topicNames: Readonly<Record<ActivityTopic, string>> = {
  access: 'Members and access',
  companies: 'Companies',
  locations: 'Delivery locations',
  exports: 'Exports and downloads',
  imports: 'Imports',
  refused: 'Refused access',
  sign_in: 'Refused sign-ins',
};

export const topicActions: Readonly<Record<ActivityTopic, readonly string[]>> = {
  access: [
    'member.added',
    'member.changed',
    'member.removed',
    'member.joined',
    'identity.linked',
    'password_reset.created',
    'company_member.added',
    'company_member.changed',
    'company_member.removed',
    'invitation.created',
    'invitation.accepted',
    'invitation.revoked',
  ],
  companies: [
    'installation.set_up',
    'organization.created',
    'organization.changed',
    'company.created',
    'company.changed',
    'company.archived',
    'company.restored',
  ],
  locations: [
    'delivery_location.created',
    'delivery_location.changed',
    'delivery_location.archived',
    'delivery_location.restored',
    'delivery_location.deleted',
  ],
  exports: [
    'export.created',
    'export.canceled',
    'export.deleted',
    'export.downloaded',
    'export.download_continued',
    'report.downloaded',
  ],
  imports: ['import.completed'],
  refused: ['access.refused'],
  sign_in: ['sign_in.failed'],
};
