// Which requests have to show a key, and what becomes of those that do not.

import type { IncomingMessage } from 'node:http'
import type { AccessKeys } from '../access-keys.ts'
import { HEALTH_PATHS } from '../health-paths.ts'
import { isPage } from './app.ts'

/** What the pages load beside their own files. A browser shows it the password of the pages only where it is asked for one. */
const DESCRIPTION = '/swagger.json'

/**
 * Lets a request pass that shows a key or need not. From then on nobody sees the key: a score module might log its headers.
 *
 * @param always The headers of the answer, whatever it will be.
 * @throws ScorehostError ERR_UNAUTHORIZED
 */
export function requireKey(
  keys: AccessKeys,
  { method, headers }: IncomingMessage,
  path: string,
  always: Record<string, string>,
): void {
  if (!keys.asked) return
  const problem = isOpen(method, path) ? null : keys.problem(headers, isPage(path) || path === DESCRIPTION)
  delete headers.authorization
  if (problem === null) return
  always['www-authenticate'] = problem.challenge
  throw problem.error
}

/** Probes have no key, and a browser sends none before it has asked by OPTIONS whether it may. */
function isOpen(method: string | undefined, path: string): boolean {
  if (method === 'OPTIONS') return true
  return (method === 'GET' || method === 'HEAD') && HEALTH_PATHS.includes(path)
}
