import { route } from '../route.ts';
import { z } from '../z.ts';

/** For those who run the server. */

export const healthz = route({
  method: 'GET',
  path: '/healthz',
  summary: 'The process is alive',
  tag: 'Operations',
  by: 'public',
  answer: z.object({ name: z.literal('baton'), version: z.string(), api: z.int() }),
});

export const readyz = route({
  method: 'GET',
  path: '/readyz',
  summary: 'The store can be reached and has the tables of this version; 503 otherwise',
  tag: 'Operations',
  by: 'public',
  answer: z.object({ ready: z.literal(true) }),
  problems: ['unavailable'],
});

export const metrics = route({
  method: 'GET',
  path: '/metrics',
  summary: 'Measurements for Prometheus',
  tag: 'Operations',
  by: 'public',
  media: ['text/plain'],
});

export const openapi = route({
  method: 'GET',
  path: '/v1/openapi.json',
  summary: 'This document',
  tag: 'Operations',
  by: 'public',
  answer: z.record(z.string(), z.unknown()),
});
