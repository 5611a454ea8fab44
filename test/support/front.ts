// Which front the programs under test have, for the few promises that the fronts keep in different ways.

import type { ServiceStatus } from '../../supervisor/status.ts'

/** What SCOREHOST_FRONT says: `SCOREHOST_FRONT=nginx npm test` runs everything behind nginx. */
export const FRONT = process.env['SCOREHOST_FRONT'] ?? 'node'

/** For `skip` of a test: why it is not for nginx, as docs/architecture.md has it; false behind the node front. */
export function notBehindNginx(why: string): string | false {
  return FRONT === 'nginx' && `nginx: ${why}`
}

/** Requests that wait for their turn: in the front's line, or, where the front has none, in those of the workers. */
export function waitingIn({ waiting, workers }: ServiceStatus): number {
  return waiting ?? workers.reduce((sum, worker) => sum + worker.queued, 0)
}
