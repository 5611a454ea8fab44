// Timeouts of HTTP connections, the same for the front and for the workers.

import type { Server } from 'node:http'
import type { Settings } from './settings.ts'

/** How often Node looks for requests past their timeouts. */
export function connectionsCheckingInterval({ headerTimeoutMs }: Settings): number {
  return Math.min(30_000, Math.ceil(headerTimeoutMs / 4))
}

/**
 * Idle connections outlive those of the proxies before us, which reuse them for up to 65 s (KServe's mesh); slow headers
 * are cut; a slow upload may take an hour (SageMaker's asynchronous inference).
 */
export function setConnectionTimeouts(server: Server, { headerTimeoutMs, uploadTimeoutMs }: Settings): void {
  server.keepAliveTimeout = 75_000
  server.headersTimeout = headerTimeoutMs
  server.requestTimeout = uploadTimeoutMs
}
