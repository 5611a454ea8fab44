// Text of bytes that claim to be UTF-8, and where they are not.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeUtf8 } from '../../runtime/utf8.ts'

/** Offset that the error names. */
function offsetOf(bytes: Buffer): number {
  try {
    decodeUtf8(bytes)
  } catch (thrown) {
    return Number(/offset (\d+)/.exec(String(thrown))?.[1])
  }
  return -1
}

/** Grapheme by grapheme, so that surrogates are pairs. */
const texts = fc.string({ unit: 'grapheme', maxLength: 50 })

test('any text comes back as it was encoded', () => {
  fc.assert(fc.property(texts, text => assert.equal(decodeUtf8(Buffer.from(`x${text}`)), `x${text}`)))
})

test('the offset of the first bad byte is named, whatever is before and behind it', () => {
  const bad = fc.constantFrom([0xff], [0x80], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98])
  fc.assert(
    fc.property(texts, bad, texts, (before, wrong, behind) => {
      const start = Buffer.from(before)
      assert.equal(
        offsetOf(Buffer.concat([start, Buffer.from(wrong), Buffer.from(`.${behind}`)])),
        start.length,
      )
    }),
  )
})

test('also far into a large body, on either side of where it is cut into pieces', () => {
  for (const size of [65_534, 65_535, 65_536, 65_537, 200_000]) {
    for (const filler of ['a', 'ö', '€', '😀']) {
      const start = Buffer.from(filler.repeat(Math.ceil(size / Buffer.byteLength(filler))))
      assert.equal(
        offsetOf(Buffer.concat([start, Buffer.from([0xfe]), start])),
        start.length,
        `${size} ${filler}`,
      )
    }
  }
})

test('a text that ends within a character is named by where that begins', () => {
  assert.equal(offsetOf(Buffer.from('a€').subarray(0, 3)), 1)
})
