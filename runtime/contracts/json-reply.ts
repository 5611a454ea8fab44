// A reply that is JSON and nothing more.

import type { HttpReply } from './contract.ts'

export function jsonReply(value: unknown): HttpReply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
