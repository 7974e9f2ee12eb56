/**
 * What a route is registered on, and what it must say about who may use it. Types alone: whatever declares a route needs
 * these and not the server.
 */
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Capability } from '#contract/access.ts';

/**
 * Finds the company (or organization) a request is about, before anything else of its input is judged; a list of companies
 * where it is about several: then the capability is held in all of them, or nothing is done.
 */
export type Subject = (request: FastifyRequest) => unknown;

export type RouteAccess =
  /** Nobody is asked who they are. */
  | 'public'
  /** Anybody signed in; the route shows only what is theirs. */
  | 'signed-in'
  /** A capability in the company that `company` finds; with `orAll`, in every company where it is held if none is named. */
  | {
      readonly capability: Capability;
      readonly company: Subject;
      readonly orAll?: true;
      /** What else is needed in the company, or in each of several. */
      readonly besides?: readonly Capability[];
      /** The field to name where a request names no company: `company_id` unless given. */
      readonly named?: string;
      /** What also admits this request, to a part of the answer only; null: nothing does. */
      readonly orPartly?: (request: FastifyRequest) => Capability | null;
    }
  /** Membership in the company, with whatever role. */
  | { readonly member: true; readonly company: Subject }
  /** A role in the organization: `member` is any. */
  | { readonly organizationRole: 'owner' | 'admin' | 'member'; readonly organization: Subject };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
    /** Answered by whatever name it is asked: probes know none. */
    anyHost?: true;
    /** Takes a body of whatever type, and reads nothing of it: its address says everything. */
    anyBody?: true;
    /** Takes files, at the pace of a line: the route itself gives up who is too slow. */
    longBody?: true;
  }
}

export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;
