// What a score module may export, what is refused, and what is said of it.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { misspeltExports, scoreModuleOf } from '../../runtime/model/module-exports.ts'
import { ProcessorModule } from '../../runtime/model/processor.ts'

const PATH = '/app/score.ts'
const run = () => 1
const runBatch = () => [1]

class Processor {
  process() {
    return ['', 200]
  }
}

function refused(exported: Record<string, unknown>, message: string | RegExp): void {
  assert.throws(() => scoreModuleOf(PATH, exported), { code: 'ERR_MODULE_CONTRACT', message })
}

describe('a score module', () => {
  it('has run() or runBatch(), itself or one level down', () => {
    for (const exports of [{ run }, { runBatch }, { run, runBatch }]) {
      assert.equal(scoreModuleOf(PATH, exports), exports)
      assert.equal(scoreModuleOf(PATH, { default: exports, 'module.exports': exports }), exports)
    }
  })

  it('without either is refused, with what it exports', () => {
    refused({ predict: run }, `${PATH} exports no function "run" or "runBatch"; it exports predict`)
    refused({}, /it exports nothing$/)
    refused({ default: {} }, /it exports nothing$/)
    refused({ default: run }, /it exports a default that is no class with process\(\)$/)
  })

  it('may have every export that there is', () => {
    const full = {
      runBatch,
      init: run,
      close: run,
      batch: { maxSize: 10_000, maxDelayMs: 0.5 },
      concurrency: 1,
      input: { type: 'object' },
      output: true,
      inputSample: null,
      outputSample: [1],
    }
    assert.equal(scoreModuleOf(PATH, full), full)
  })
})

describe('an export of the wrong kind is refused with its value and what would be right', () => {
  const CASES: readonly (readonly [name: string, value: unknown, message: RegExp])[] = [
    ['run', 'later', /^\/app\/score\.ts exports "run" as 'later'; it has to be a function$/],
    ['init', {}, /exports "init" as \{\}; it has to be a function$/],
    ['close', true, /exports "close" as true; it has to be a function$/],
    ['concurrency', 0, /exports "concurrency" as 0; it has to be a whole number from 1 on$/],
    ['concurrency', '4', /exports "concurrency" as '4'; /],
    ['input', 'object', /exports "input" as 'object'; it has to be a JSON Schema or /],
    ['output', null, /exports "output" as null; /],
    [
      'inputSample',
      { n: 1n },
      /exports "inputSample" as \{ n: 1n \}; it has to be a value that JSON can carry$/,
    ],
    ['outputSample', run, /exports "outputSample" as \[Function: run\]; /],
  ]
  for (const [name, value, message] of CASES)
    it(`${name}: ${String(value)}`, () => refused({ run, [name]: value }, message))

  for (const batch of [
    null,
    8,
    {},
    { maxSize: 0 },
    { maxSize: 10_001 },
    { maxSize: 1.5 },
    { maxSize: '8' },
    { maxSize: 8, maxDelayMs: -1 },
    { maxSize: 8, maxDelayMs: Number.NaN },
    { maxSize: 8, maxDelayMs: '5' },
  ])
    it(`batch: ${JSON.stringify(batch)}`, () =>
      refused(
        { runBatch, batch },
        /exports "batch" as .*; it has to be \{ maxSize, maxDelayMs \}, with maxSize a whole number from 1 to 10000/,
      ))

  it('batch beside run() alone', () => {
    refused({ run, batch: { maxSize: 8 } }, /exports "batch" as \{ maxSize: 8 \} but no "runBatch"; /)
  })
})

describe('a class with process() as the default export', () => {
  it('makes a processor module, with the named exports beside it', () => {
    const exported = { default: Processor, concurrency: 2, inputSample: 'a', input: true }
    const module = scoreModuleOf(PATH, exported)
    assert(module instanceof ProcessorModule)
    assert.deepEqual([module.concurrency, module.inputSample, module.input], [2, 'a', true])
  })

  it('is found in what a CommonJS module and a compiled one export', () => {
    assert(
      scoreModuleOf(PATH, { default: Processor, 'module.exports': Processor }) instanceof ProcessorModule,
    )
    const compiled = { default: Processor, __esModule: true }
    assert(scoreModuleOf(PATH, { default: compiled, 'module.exports': compiled }) instanceof ProcessorModule)
  })

  it('has its named exports checked', () => {
    refused({ default: Processor, concurrency: 0 }, /exports "concurrency" as 0/)
  })

  it('gives way to run()', () => {
    const exported = { default: Processor, run }
    assert.equal(scoreModuleOf(PATH, exported), exported)
  })
})

it('exports that look misspelt are named with what was meant', () => {
  const exported = { run, Init: run, runbatch: run, inputsample: 1, concurency: 2, species: [], default: {} }
  assert.deepEqual(misspeltExports(exported), [
    ['Init', 'init'],
    ['runbatch', 'runBatch'],
    ['inputsample', 'inputSample'],
    ['concurency', 'concurrency'],
  ])
  assert.deepEqual(misspeltExports({ default: { run, Close: run } }), [['Close', 'close']])
})
