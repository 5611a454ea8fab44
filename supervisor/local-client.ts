// Whether a request comes from whoever sits at this machine.

import { BlockList } from 'node:net'
import type { OwnRequest } from './own-paths.ts'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** By these names a browser reaches this machine alone. */
const LOCAL_NAME = /^(localhost|[\w.-]+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i

/**
 * True for an address of this machine's own, unless a proxy says that it asks for somebody else, or the page's name is not this
 * machine's: then a page from elsewhere may have had that name resolved to 127.0.0.1, to read what is only for here.
 *
 * @see https://developer.mozilla.org/en-US/docs/Glossary/DNS_rebinding
 */
export function isLocal({ client, headers }: Pick<OwnRequest, 'client' | 'headers'>): boolean {
  if (client === null || !LOOPBACK.check(client, client.includes(':') ? 'ipv6' : 'ipv4')) return false
  // nginx as our own front names the client itself
  const forwarded = headers['x-forwarded-for'] ?? client
  return forwarded === client && headers.forwarded === undefined && LOCAL_NAME.test(headers.host ?? '')
}
