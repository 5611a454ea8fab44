// Which content encoding a reply has, by what its client accepts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync, inflateSync } from 'node:zlib'
import type { HttpReply } from '../../runtime/contracts/contract.ts'
import { compress } from '../../runtime/http/compress.ts'

const TEXT = 'größe '.repeat(500)

function reply(body: HttpReply['body'] = TEXT): HttpReply {
  return { status: 201, headers: { 'content-type': 'text/plain' }, body }
}

const ACCEPTED: readonly (readonly [string | undefined, string | undefined])[] = [
  [undefined, undefined],
  ['', undefined],
  ['identity', undefined],
  ['br', undefined],
  ['gzip', 'gzip'],
  ['GZip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['deflate, gzip', 'gzip'],
  ['deflate;q=1, gzip;q=0.5', 'deflate'],
  ['deflate ; q=0.3 , gzip ; q=0.4', 'gzip'],
  ['gzip;q=0', undefined],
  ['gzip;q=0, deflate', 'deflate'],
  ['gzip;q=0.000, *', 'deflate'],
  ['*', 'gzip'],
  ['*;q=0', undefined],
  ['gzip, *;q=0', 'gzip'],
  ['br;q=1.0, gzip;q=0.2', 'gzip'],
  ['gzip;q=nonsense', undefined],
  ['identity;q=1, gzip;q=0.5', undefined],
  ['gzip, deflate, identity', 'gzip'],
  ['identity;q=0.5, gzip;q=1', 'gzip'],
  ['identity;q=0, gzip;q=0.5', 'gzip'],
]

for (const [accepted, encoding] of ACCEPTED)
  test(`accepting ${JSON.stringify(accepted)} gets ${encoding ?? 'the text as it is'}`, async () => {
    const { headers } = await compress(reply(), accepted)
    assert.equal(headers['content-encoding'], encoding)
    assert.equal(headers['vary'], 'accept-encoding')
  })

test('what is compressed is what it was, text or bytes', async () => {
  for (const body of [TEXT, Buffer.from(TEXT)]) {
    const zipped = await compress(reply(body), 'gzip')
    assert.equal(gunzipSync(zipped.body as Buffer).toString(), TEXT) // true: it was compressed
    const deflated = await compress(reply(body), 'deflate')
    assert.equal(inflateSync(deflated.body as Buffer).toString(), TEXT) // true: as above
    assert.deepEqual([zipped.status, zipped.headers['content-type']], [201, 'text/plain'])
  }
})

test('what fits one packet and what is streamed are left as they are', async () => {
  const stream = { contentType: 'text/plain', chunks: (async function* () {})(), lastWords: null }
  for (const body of ['x'.repeat(1023), Buffer.alloc(1023), '', stream]) {
    const { headers, body: sent } = await compress(reply(body), 'gzip')
    assert.equal(sent, body)
    assert.equal(headers['content-encoding'], undefined)
  }
})
