// Timeouts of HTTP connections, the same for the front and for the workers.

import type { Server } from 'node:http'

/**
 * Idle connections outlive those of the proxies before us, which reuse them for up to 65 s (KServe's mesh); slow headers
 * are cut; a slow upload is not, for it may take an hour (SageMaker's asynchronous inference).
 */
export function setConnectionTimeouts(server: Server): void {
  server.keepAliveTimeout = 75_000
  server.headersTimeout = 80_000
  server.requestTimeout = 0
}
