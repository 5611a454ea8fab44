// The word that was perhaps meant.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from '../../runtime/nearest.ts'

test('the nearest word has the fewest edits, and not more than half of its letters', () => {
  assert.equal(nearest('wrokers', ['port', 'worker-port', 'workers']), 'workers')
  assert.equal(nearest('PROT', ['host', 'port']), 'port')
  assert.equal(nearest('abc', ['ade']), null)
  assert.equal(nearest('port', []), null)
})
