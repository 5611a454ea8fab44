// Numbers of bytes as people read them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byteSize } from '../../runtime/byte-size.ts'

test('bytes have the unit that keeps them short', () => {
  assert.deepEqual([0, 1, 1023].map(byteSize), ['0 B', '1 B', '1023 B'])
  assert.deepEqual([1024, 1536, 1024 ** 2, 512 * 1024 ** 2].map(byteSize), [
    '1 KiB',
    '1.5 KiB',
    '1 MiB',
    '512 MiB',
  ])
  assert.equal(byteSize(24_105 * 1024 ** 2), '23.5 GiB')
  assert.equal(byteSize(5000 * 1024 ** 4), '5000 TiB')
})

test('what rounds up to 1024 of a unit is 1 of the next', () => {
  assert.equal(byteSize(1024 ** 2 - 1), '1 MiB')
  assert.equal(byteSize(1024 ** 3 - 1), '1 GiB')
  assert.equal(byteSize(1023.9 * 1024), '1023.9 KiB')
})
