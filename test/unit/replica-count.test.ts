// The number of replicas, against arithmetic that was done by hand and against what a ceiling is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  compare,
  type Decimal,
  decimalText,
  multiply,
  readDecimal,
  replicaCount,
} from '../../cli/replica-count.ts'

function decimal(text: string): Decimal {
  const read = readDecimal(text)
  assert(read !== null, `${text} is a number`)
  return read
}

const count = (rps: string, seconds: string, utilization: string, perContainer: string) =>
  replicaCount({
    requestsPerSecond: decimal(rps),
    secondsPerRequest: decimal(seconds),
    utilization: decimal(utilization),
    perContainer: decimal(perContainer),
  })

const BY_HAND = [
  ['20', '10', '0.7', '1', 286n], // the example of AzureML's documentation
  ['7', '10', '0.7', '1', 100n], // in doubles 100.00000000000001
  ['0.7', '1', '0.7', '1', 1n],
  ['0.1', '3', '0.3', '1', 1n], // in doubles 0.1 * 3 is more than 0.3
  ['70', '1', '0.7', '10', 10n],
  ['70.0000000000000000001', '1', '0.7', '10', 11n],
  ['0.001', '0.001', '1', '1000', 1n],
  ['20', '10', '1', '200', 1n],
  ['20', '10', '1', '199', 2n],
  ['100', '0.25', '.5', '2.5', 20n],
  ['123456789012345678901234567890', '1', '1', '1', 123456789012345678901234567890n],
] as const

for (const [rps, seconds, utilization, perContainer, replicas] of BY_HAND)
  test(`${rps}/s x ${seconds} s at ${utilization}, ${perContainer} each: ${replicas}`, () =>
    assert.equal(count(rps, seconds, utilization, perContainer), replicas))

const decimals = fc
  .record({ digits: fc.bigInt({ min: 1n, max: 10n ** 12n }), scale: fc.nat(9) })
  .map(({ digits, scale }) => ({ digits, scale }))

test('the replicas are as many as the load needs, and one less is too few', () => {
  fc.assert(
    fc.property(decimals, decimals, decimals, decimals, (rps, seconds, utilization, perContainer) => {
      const load = { requestsPerSecond: rps, secondsPerRequest: seconds, utilization, perContainer }
      const replicas = replicaCount(load)
      const capacity = (containers: bigint) =>
        multiply({ digits: containers, scale: 0 }, multiply(utilization, perContainer))
      const atOnce = multiply(rps, seconds)
      assert(replicas >= 1n)
      assert(compare(capacity(replicas), atOnce) >= 0)
      assert(compare(capacity(replicas - 1n), atOnce) < 0)
    }),
  )
})

test('a number is written as it is read, without zeros that say nothing', () => {
  fc.assert(
    fc.property(decimals, number => {
      assert.equal(compare(decimal(decimalText(number)), number), 0)
      assert.doesNotMatch(decimalText(number), /\.\d*0$|^0\d|\.$/)
    }),
  )
  assert.deepEqual(
    ['20', '0.70', '.5', '007', '200.0'].map(text => decimalText(decimal(text))),
    ['20', '0.7', '0.5', '7', '200'],
  )
})

test('what is no plain number is none', () => {
  for (const text of ['', '.', '5.', '-1', '+1', '1e3', '0x10', 'NaN', 'Infinity', '1,5', ' 1', '1 ', '١'])
    assert.equal(readDecimal(text), null, text)
})
