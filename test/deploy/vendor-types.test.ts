// That the compiler finds what does not fit, for a check that never fails checks nothing.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { misfits } from './vendor-types.ts'

const TYPE = `import('kubernetes-models/v1').IContainerPort`

it('a value that fits a type has no misfits', t =>
  assert.deepEqual(misfits(t, { name: 'http', containerPort: 5001 }, TYPE), []))

for (const [what, value] of [
  ['an unknown key', { containerPort: 5001, hostport: 1 }],
  ['a missing key', { name: 'http' }],
  ['another type', { containerPort: '5001' }],
] as const)
  it(`${what} is a misfit`, t => assert.equal(misfits(t, value, TYPE).length > 0, true))
