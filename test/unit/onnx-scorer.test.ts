// Which requests to a model that is served as it is share a batch, and what becomes of one where dimension 0 is no batch.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InferenceSession } from 'onnxruntime-node'
import { AdaptiveBatch } from '../../runtime/adaptive-batch.ts'
import { completeConfig } from '../../runtime/model/complete-config.ts'
import { NO_CONFIG } from '../../runtime/model/model-config.ts'
import { OnnxScorer } from '../../runtime/model/onnx-scorer.ts'
import { FIRST_COME, type ScoreRequest } from '../../runtime/scoring.ts'
import { TensorInput, TensorOutput } from '../../runtime/tensor-request.ts'
import { request as emptyRequest } from '../support/engine-crowd.ts'

const MOST_ROWS = 32

const tensor = (name: string) => ({ name, datatype: 'FP32' as const, shape: [-1] })
const config = completeConfig(NO_CONFIG, { inputs: [tensor('x')], outputs: [tensor('y')] }, 'm')

/** A model, from the elements of its input `x` to those of its output `y`, and the warnings about it. */
function serve(model: (x: readonly number[]) => readonly number[]) {
  const runs: number[] = []
  const run = async ({ x }: { x: { data: Float32Array } }) => {
    runs.push(x.data.length)
    const y = Float32Array.from(model([...x.data]))
    return { y: { type: 'float32', dims: [y.length], data: y } }
  }
  const warnings: string[] = []
  const batching = new AdaptiveBatch(MOST_ROWS)
  // true enough: nothing else of it is asked for
  const session = { run } as unknown as InferenceSession
  const scorer = new OnnxScorer(session, config, batching, FIRST_COME, text => warnings.push(text))
  return { scorer, batching, warnings, runs }
}

function request(rows: number, inputs: Readonly<Record<string, readonly number[]>>): ScoreRequest {
  const tensors = Object.entries(inputs).map(([name, data]) => [
    name,
    { datatype: 'FP32' as const, shape: [data.length], data: Float32Array.from(data) },
  ])
  const input = new TensorInput(new Map(tensors as never), null, rows) // true: pairs
  return { ...emptyRequest('1'), input }
}

const requestOf = (...x: readonly number[]) => request(x.length, { x })

async function outputs(scorer: OnnxScorer, ...requests: readonly ScoreRequest[]) {
  const results = await scorer.score(requests)
  return results.map(({ value }) => {
    assert.ok(value instanceof TensorOutput)
    return [...(value.tensors.get('y')?.data ?? [])]
  })
}

/** As often as it takes to know what a batch of 32 costs. */
function observeThatBatchesPay(batching: AdaptiveBatch): void {
  for (let rows = 1; rows <= MOST_ROWS; rows *= 2)
    for (let run = 0; run < 4; run += 1) batching.observe(rows, 1)
}

test('requests that differ in their rows alone fit together', () => {
  const { scorer } = serve(x => x)
  const one = scorer.shareOf(request(1, { a: [1], b: [2] }))
  const many = scorer.shareOf(request(3, { a: [1, 2, 3], b: [4, 5, 6] }))
  assert.equal(many.key, one.key)
  assert.deepEqual([one.rows, many.rows], [1, 3])
})

test('a request whose own inputs differ in dimension 0 fits with none, not even with its like', () => {
  const { scorer } = serve(x => x)
  const alike = [1, 2].map(() => scorer.shareOf(request(1, { a: [1, 2, 3], b: [4] })).key)
  const plain = scorer.shareOf(request(1, { a: [1], b: [4] })).key
  assert.equal(new Set([...alike, plain]).size, 3)
})

test('a batch is compared with its requests alone until it has proven to be the same', async () => {
  const { scorer, batching, warnings, runs } = serve(x => x.map(value => 2 * value))
  const score = (index: number) => outputs(scorer, requestOf(index), requestOf(7, 8))
  for (let index = 0; index < 4; index += 1) assert.deepEqual(await score(index), [[2 * index], [14, 16]])
  assert.deepEqual(runs.slice(0, 3), [3, 1, 2])
  runs.length = 0
  assert.deepEqual(await score(4), [[8], [14, 16]])
  assert.deepEqual(runs, [3])
  observeThatBatchesPay(batching)
  assert.ok(batching.maxSize > 1)
  assert.deepEqual(warnings, [])
})

test('where rows depend on each other every request gets what it gets alone, and there are no more batches', async () => {
  let sum = 0
  const { scorer, batching, warnings } = serve(x => {
    sum = 0
    return x.map(value => {
      sum += value
      return sum
    })
  })
  assert.deepEqual(await outputs(scorer, requestOf(1, 2), requestOf(3, 4)), [
    [1, 3],
    [3, 7],
  ])
  observeThatBatchesPay(batching)
  assert.equal(batching.maxSize, 1)
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', /^a batch gave other outputs than its requests alone/)
})

test('where the outputs do not have the rows of the batch it fails, and there are no more', async () => {
  const { scorer, batching, warnings } = serve(() => [1])
  for (const _ of [1, 2]) await assert.rejects(outputs(scorer, requestOf(1), requestOf(2)), RangeError)
  observeThatBatchesPay(batching)
  assert.equal(batching.maxSize, 1)
  assert.equal(warnings.length, 1)
})
