// Answers with the body that it is sent.

import { type RunContext, reply } from 'scorehost'

export function run(_input: unknown, { raw }: RunContext) {
  return reply(raw, { headers: { 'content-type': 'application/octet-stream' } })
}
