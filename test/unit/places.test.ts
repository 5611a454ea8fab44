// The links by which nginx finds the workers in rotation.

import assert from 'node:assert/strict'
import { existsSync, readlinkSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { Places } from '../../supervisor/front/places.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const leadsTo = (places: Places) =>
  places.paths.flatMap(path => (existsSync(path) || isLink(path) ? [readlinkSync(path)] : []))

/** A link whose socket is not there is a link all the same. */
function isLink(path: string): boolean {
  try {
    readlinkSync(path)
    return true
  } catch {
    return false
  }
}

test('each socket has one place, whatever came and went before, and who stays keeps its place', t => {
  const sets = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { maxLength: 3 }), { maxLength: 8 })
  fc.assert(
    fc.property(sets, rotations => {
      const places = new Places(temporaryFolder(t), 3)
      for (const rotation of rotations) {
        const sockets = rotation.map(id => `/sockets/${id}`)
        const before = new Map(places.paths.map(path => [path, places.socketAt(path)]))
        places.update(sockets)
        assert.deepEqual(leadsTo(places).toSorted(), sockets.toSorted())
        for (const [path, socket] of before)
          if (socket !== null && sockets.includes(socket)) assert.equal(places.socketAt(path), socket)
      }
    }),
    { numRuns: 50 },
  )
})

test('a path that is no place leads nowhere', t => {
  assert.equal(new Places(temporaryFolder(t), 1).socketAt('/elsewhere'), null)
})
