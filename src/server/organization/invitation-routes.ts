/** Invitations over HTTP. A token in an address is a secret: these routes write no request line to the log. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ProductError } from '#contract/errors.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { Invitation, InvitationPreview } from '#contract/organization.ts';
import type { MailState } from '#contract/sign-in.ts';
import { principalOfSession } from '#server/access/authenticate.ts';
import { inPath, organizationOf, originOf, principalOf } from '#server/access/guard.ts';
import { askedBy, keep, keyHeader, onlyOnce } from '#server/access/idempotency.ts';
import { answers, pageQuery, pageSchema } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { invitationLetter } from '#server/mail/letters.ts';
import type { Mail, Mailer } from '#server/mail/mailer.ts';
import { acceptInvitation, previewInvitation, type Visitor } from './accept-invitation.ts';
import {
  acceptedSchema,
  byId,
  invitationPreviewSchema,
  invitationSchema,
  newInvitationSchema,
} from './answer-schemas.ts';
import { companyAssignments, email, name, newPassword, organizationRole } from './fields.ts';
import {
  createInvitation,
  invitationLifeDays,
  listInvitations,
  readInvitation,
  revokeInvitation,
} from './invitations.ts';
import { setSessionCookie, type SignedInOptions } from '#server/access/session-cookie.ts';

const tags = ['Invitations'];
const administers = { organizationRole: 'admin', organization: inPath('id') } as const;
const byToken = z.object({ token: z.string() });

/** The invitation stands either way; who is invited again gets another letter. */
async function deliver(mailer: Mailer, letter: Mail, request: FastifyRequest): Promise<MailState> {
  try {
    await mailer.send(letter);
    return 'sent';
  } catch (error) {
    request.log.error({ err: error }, 'invitation not mailed');
    return 'failed';
  }
}

/** For a letter to be taken or refused; who began to send it and is not heard of again has failed. */
const letterSecondsMax = 60;

/** What became of the letter of an invitation that is asked for again. */
function mailOf({ created_at }: Invitation, kept: Record<string, unknown> | null): MailState {
  if (kept) return kept['mail'] as MailState;
  if (Date.now() - Date.parse(created_at) > letterSecondsMax * 1000) return 'failed';
  throw new ProductError('in_progress', 'The invitation has been made and its letter is just being sent. Ask again.', {
    retryAfterSeconds: 2,
  });
}

export interface InvitationRoutesOptions extends SignedInOptions {
  /** Null: links are shown to whoever invites. */
  readonly mailer: Mailer | null;
  /** The address people use; never taken from a request, since a link in mail is made of it. */
  readonly site: () => string;
}

/** Two names of one thing: nobody becomes a member without having accepted. */
const invitingRoutes = [
  ['/api/v1/organizations/:id/invitations', 'Invite somebody by a link that works for seven days'],
  ['/api/v1/organizations/:id/members', 'Add somebody: they stand as invited until they accept'],
] as const;

export function invitationRoutes(app: App, options: InvitationRoutesOptions): void {
  const { db, sessionCookie, mailer, site } = options;
  const visitorOf = async (request: FastifyRequest): Promise<Visitor> => {
    const cookie = request.cookies[sessionCookie];
    const signedIn = cookie === undefined ? null : await principalOfSession(db, cookie);
    return { signedIn, isMailConfigured: mailer !== null };
  };

  app.get(
    '/api/v1/organizations/:id/invitations',
    {
      config: { access: administers },
      schema: {
        tags,
        summary: 'Invitations that nobody has accepted yet',
        params: byId,
        querystring: z.strictObject(pageQuery),
        response: answers({ 200: pageSchema(invitationSchema) }, 400, 401, 403),
      },
    },
    async (request): Promise<Page<Invitation>> => listInvitations(db, organizationOf(request), request.query),
  );

  for (const [path, summary] of invitingRoutes) {
    app.post(
      path,
      {
        config: { access: administers },
        schema: {
          tags,
          summary,
          description:
            'Answered alike whether or not the person has an account. Where mail is configured the link is in the letter alone, and null here. Otherwise this answer is the only time it is shown, and an account made with it belongs to this organization alone. Repeated under its Idempotency-Key, the request is answered without the link, which is kept nowhere: if the first answer was lost, invite again.',
          headers: keyHeader,
          params: byId,
          body: z.strictObject({
            email,
            role: organizationRole.default('member'),
            company_roles: companyAssignments.default([]),
          }),
          response: answers({ 200: newInvitationSchema, 201: newInvitationSchema }, 400, 401, 403, 409, 410, 422),
        },
      },
      async (request, reply) => {
        const organization = organizationOf(request);
        const asked = askedBy(request);
        const input = { ...request.body, mailed: mailer !== null };
        const { value, isNew } = await onlyOnce<{ invitation: Invitation; token?: string; mail?: MailState }>(
          db,
          asked,
          {
            async make(tx) {
              const made = await createInvitation(tx, principalOf(request), organization, originOf(request), input);
              return { id: made.invitation.id, value: made, ...(!mailer && { kept: { mail: 'not_configured' } }) };
            },
            async read(of, id, kept) {
              const invitation = await readInvitation(of, organization.id, id);
              return invitation && { invitation, mail: mailOf(invitation, kept) };
            },
          },
        );
        const { invitation, token } = value;
        if (!isNew || token === undefined) return reply.send({ ...invitation, link: null, mail: value.mail });
        // the page behind the link reads the token from the fragment, which browsers send to nobody
        const link = `${site()}/invitation#${token}`;
        if (!mailer) return reply.status(201).send({ ...invitation, link, mail: 'not_configured' });
        const letter = invitationLetter(invitation.email, {
          organization: organization.name,
          by: principalOf(request).name,
          url: link,
          days: invitationLifeDays,
        });
        const mail = await deliver(mailer, letter, request);
        await keep(db, asked, { mail });
        return reply.status(201).send({ ...invitation, link: null, mail });
      },
    );
  }

  app.delete(
    '/api/v1/organizations/:id/invitations/:invitation_id',
    {
      config: { access: administers },
      schema: {
        tags,
        summary: 'Withdraw an invitation; its link stops working at once',
        params: byId.extend({ invitation_id: z.string() }),
        response: answers({ 204: z.null() }, 401, 403),
      },
    },
    async (request, reply) => {
      const organization = organizationOf(request);
      const { invitation_id } = request.params;
      await revokeInvitation(db, principalOf(request), organization, originOf(request), invitation_id);
      return reply.status(204).send();
    },
  );

  app.get(
    '/api/v1/invitations/:token',
    {
      config: { access: 'public' },
      logLevel: 'warn',
      schema: {
        tags,
        summary: 'What an invitation is for',
        params: byToken,
        response: answers({ 200: invitationPreviewSchema }, 403),
      },
    },
    async (request): Promise<InvitationPreview> =>
      previewInvitation(db, await visitorOf(request), request.params.token),
  );

  app.post(
    '/api/v1/invitations/:token/accept',
    {
      config: { access: 'public' },
      logLevel: 'warn',
      schema: {
        tags,
        summary: 'Accept: with name and password for a new account, or signed in as the person invited',
        params: byToken,
        body: z.strictObject({ name: name.optional(), password: newPassword.optional() }).nullish(),
        response: answers({ 200: acceptedSchema }, 400, 401, 403, 409, 429),
      },
    },
    async (request, reply) => {
      const visitor = await visitorOf(request);
      const from = { ...originOf(request), userAgent: request.headers['user-agent'] ?? null };
      const accepted = await acceptInvitation(db, visitor, from, request.params.token, request.body ?? {});
      if (accepted.session) setSessionCookie(reply, options, accepted.session);
      return { user: accepted.user, organization: accepted.organization };
    },
  );
}
