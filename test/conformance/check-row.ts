// Sends the request of a row, and compares.

import assert from 'node:assert/strict'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { PATIENCE_MS } from '../support/start-runtime.ts'
import type { Row } from './row.ts'

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly bytes: Buffer
}

/** Sends a row's request and compares. */
export async function checkRow(row: Row, url: string): Promise<void> {
  const answer = await send(row, url)
  const { expect } = row
  const context = `${answer.status} ${answer.text.slice(0, 500)}`
  assert.equal(answer.status, expect.status, context)
  for (const [name, expected] of Object.entries(expect.headers ?? {})) {
    const actual = String(answer.headers[name])
    if (expected instanceof RegExp) assert.match(actual, expected, `header ${name}`)
    else assert.equal(actual, expected, `header ${name}`)
  }
  if (expect.text instanceof RegExp) assert.match(answer.text, expect.text)
  else if (expect.text !== undefined) assert.equal(answer.text, expect.text)
  if (expect.bytes !== undefined) assert.deepEqual(Uint8Array.from(answer.bytes), expect.bytes)
  if (expect.json !== undefined) assertContains(JSON.parse(answer.text), expect.json, 'body')
  for (const piece of expect.without ?? []) assert.ok(!answer.text.includes(piece), `${context} has ${piece}`)
}

function send({ request }: Row, url: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // the target goes out as it is written: an URL object would tidy it up
    const { hostname, port } = new URL(url)
    const { method, path, headers = {} } = request
    const outgoing = httpRequest(
      { hostname, port, method, path, headers, agent: false, timeout: PATIENCE_MS },
      answer => {
        const chunks: Buffer[] = []
        answer.on('data', chunk => chunks.push(chunk))
        answer.on('end', () => {
          const bytes = Buffer.concat(chunks)
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: bytes.toString(),
            bytes,
          })
        })
        answer.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')))
    outgoing.end(request.body)
  })
}

/** Everything that is expected is there; more may be. */
function assertContains(actual: unknown, expected: unknown, where: string): void {
  if (expected instanceof RegExp) assert.match(String(actual), expected, where)
  else if (typeof expected === 'object' && expected !== null && !Array.isArray(expected)) {
    assert.ok(typeof actual === 'object' && actual !== null, `${where} is ${JSON.stringify(actual)}`)
    const fields = new Map(Object.entries(actual))
    for (const [name, value] of Object.entries(expected))
      assertContains(fields.get(name), value, `${where}.${name}`)
  } else assert.deepEqual(actual, expected, where)
}
