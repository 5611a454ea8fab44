// The body of a request, as a user without a runtime would read it.

import type { IncomingMessage } from 'node:http'

export function readBody(request: IncomingMessage, take: (body: Buffer) => Promise<void>): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => void take(Buffer.concat(chunks)))
}
