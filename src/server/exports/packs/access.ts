/**
 * Which companies a request about packs is about: every one that the pack, or what is asked for, has something of. The
 * organization is proven before; whoever lacks one of the companies sees nothing of the pack.
 */
import type { FastifyRequest } from 'fastify';
import { principalOf } from '#server/access/guard.ts';
import { type OrganizationAccess, requireOrganization } from '#server/access/organization-access.ts';
import type { Database } from '#server/database/database.ts';
import { companyOfJob } from '../verbs.ts';
import { findSavedPack } from './saved-packs.ts';

const field = (source: unknown, name: string): unknown =>
  typeof source === 'object' && source !== null ? (source as Record<string, unknown>)[name] : undefined;

/** As they are named, before anything of it is judged; nothing where none is. */
function companiesIn(body: unknown): unknown[] {
  const members = field(body, 'members');
  if (!Array.isArray(members)) return [];
  return members.map((member) => field(member, 'company_id')).filter((id) => id !== undefined);
}

/** @throws ProductError company_access_denied */
export const organizationIn = (db: Database, request: FastifyRequest, id: unknown): Promise<OrganizationAccess> =>
  requireOrganization(db, principalOf(request), 'member', id);

/** Of `POST /export-packs`. */
export const ofNewPack =
  (db: Database) =>
  async (request: FastifyRequest): Promise<unknown> => {
    const { body } = request;
    await organizationIn(db, request, field(body, 'organization_id'));
    const packId = field(body, 'pack_id');
    const saved = packId === undefined ? null : await findSavedPack(db, field(body, 'organization_id'), packId);
    if (packId !== undefined && !saved) return '';
    const ids = [...(saved?.company_ids ?? []), ...companiesIn(body)];
    return ids.length > 0 ? ids : undefined;
  };

/** Of `/organizations/{id}/packs` and what is below it. */
export const ofSavedPack =
  (db: Database) =>
  async (request: FastifyRequest): Promise<unknown> => {
    const { id, pack_id } = request.params as { id: string; pack_id?: string };
    await organizationIn(db, request, id);
    const saved = pack_id === undefined ? null : await findSavedPack(db, id, pack_id);
    if (pack_id !== undefined && !saved) return '';
    const ids = [...(saved?.company_ids ?? []), ...companiesIn(request.body)];
    return ids.length > 0 ? ids : undefined;
  };

/** Of `/export-packs/{id}`. A job that is no pack is nothing here. */
export const ofPack =
  (db: Database) =>
  async (request: FastifyRequest): Promise<unknown> => {
    const ids = await companyOfJob(db, request);
    return Array.isArray(ids) ? ids : '';
  };
