// Timeouts of HTTP connections, for the front and for the workers.

import type { Server } from 'node:http'
import type { Settings } from './settings.ts'

/** Longer than the proxies before us reuse an idle connection: EAS 30 s, KServe's mesh 65 s. */
export const FRONT_KEEP_ALIVE_MS = 75_000
/**
 * None: it is the front that ends idle connections to a worker. A worker that did, right after a run() that blocked its event
 * loop, would close a connection on which a request lies unread.
 */
export const WORKER_KEEP_ALIVE_MS = 0

/** A worker answers a timeout itself unless its event loop is blocked; the front waits this much longer. */
export const EDGE_MARGIN_MS = 1000

/** How often Node looks for requests past their timeouts. */
export function connectionsCheckingInterval({ headerTimeoutMs }: Settings): number {
  return Math.min(30_000, Math.ceil(headerTimeoutMs / 4))
}

/** Slow headers are cut; a slow upload may take an hour (SageMaker's asynchronous inference). */
export function setConnectionTimeouts(
  server: Server,
  { headerTimeoutMs, uploadTimeoutMs }: Settings,
  keepAliveMs: number,
): void {
  server.keepAliveTimeout = keepAliveMs
  server.headersTimeout = headerTimeoutMs
  server.requestTimeout = uploadTimeoutMs
}
