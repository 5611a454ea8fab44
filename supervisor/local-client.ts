// Whether a request comes from whoever sits at this machine.

import { BlockList } from 'node:net'
import type { OwnRequest } from './own-paths.ts'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** By these names a browser reaches this machine alone. */
const LOCAL_NAME = /^(localhost|[\w.-]+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i

/**
 * True for an address of this machine's own, unless a proxy says that it asks for somebody else, or a page from elsewhere asks: by
 * its own origin, which AML_CORS_ORIGINS may let read answers, or by a name that it has had resolved to 127.0.0.1.
 *
 * @see https://developer.mozilla.org/en-US/docs/Glossary/DNS_rebinding
 */
export function isLocal({ client, headers }: Pick<OwnRequest, 'client' | 'headers'>): boolean {
  if (client === null || !LOOPBACK.check(client, client.includes(':') ? 'ipv6' : 'ipv4')) return false
  const { host = '', origin, forwarded } = headers
  // nginx as our own front names the client itself
  const isDirect = (headers['x-forwarded-for'] ?? client) === client && forwarded === undefined
  return isDirect && LOCAL_NAME.test(host) && (origin === undefined || origin.endsWith(`://${host}`))
}
