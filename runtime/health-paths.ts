// The paths of health that are always there. The supervisor answers them, behind whichever front.

/** What a path says: that the process lives, or that the service is ready. */
export type Asks = 'alive' | 'ready'

export const PROBES: Readonly<Record<string, Asks>> = {
  '/livez': 'alive',
  '/readyz': 'ready',
  '/v2/health/live': 'alive',
  '/v2/health/ready': 'ready',
  '/health': 'ready',
  '/ping': 'ready',
}

export const HEALTH_PATHS: readonly string[] = ['/', ...Object.keys(PROBES)]
