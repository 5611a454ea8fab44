// What a score module exports, checked against what it may export.

import { inspect } from 'node:util'
import { ScorehostError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { ScoreModule } from '../score-api.ts'
import { isProcessorClass, ProcessorModule } from './processor.ts'

const MOST_BATCHED = 10_000

type Exports = Readonly<Record<string, unknown>>

interface Rule {
  /** What would be right, in words. */
  readonly expected: string
  fits(value: unknown): boolean
}

const FUNCTION: Rule = { expected: 'a function', fits: value => typeof value === 'function' }
const SCHEMA: Rule = {
  expected: 'a JSON Schema or an object of a schema library',
  // schemas of ArkType are functions
  fits: value =>
    (typeof value === 'object' && value !== null) || ['boolean', 'function'].includes(typeof value),
}
const JSON_VALUE: Rule = { expected: 'a value that JSON can carry', fits: isJson }

const RULES: Readonly<Record<keyof ScoreModule, Rule>> = {
  run: FUNCTION,
  runBatch: FUNCTION,
  init: FUNCTION,
  close: FUNCTION,
  batch: {
    expected: `{ maxSize, maxDelayMs }, with maxSize a whole number from 1 to ${MOST_BATCHED} and maxDelayMs, which may be left out, a number from 0 on`,
    fits: isBatchOptions,
  },
  concurrency: { expected: 'a whole number from 1 on', fits: value => isWhole(value) && value >= 1 },
  input: SCHEMA,
  output: SCHEMA,
  inputSample: JSON_VALUE,
  outputSample: JSON_VALUE,
}

/**
 * The score module that a file's exports make; a class with `process()` as its default export makes one too.
 *
 * @param path The file, for the messages.
 * @throws ScorehostError ERR_MODULE_CONTRACT naming the file, the export, its value and what would be right
 */
export function scoreModuleOf(path: string, exported: Exports): ScoreModule {
  const exports = ownExports(exported)
  for (const [name, rule] of Object.entries(RULES)) {
    const value = exports[name]
    if (value !== undefined && !rule.fits(value))
      throw contractError(path, `exports "${name}" as ${show(value)}; it has to be ${rule.expected}`)
  }
  const module = exports as unknown as ScoreModule // true: each export that is there fits its rule
  const processorClass = [exports['default'], exported['default']].find(isProcessorClass)
  if (module.run === undefined && module.runBatch === undefined) {
    if (processorClass !== undefined) return new ProcessorModule(processorClass, module)
    throw contractError(path, `exports no function "run" or "runBatch"; it exports ${listNames(exports)}`)
  }
  if (module.batch !== undefined && module.runBatch === undefined)
    throw contractError(
      path,
      `exports "batch" as ${show(module.batch)} but no "runBatch"; batches go to runBatch(inputs, contexts), and run() takes one input`,
    )
  return module
}

/** Exports that mean nothing here but look like one that would, each with that one. */
export function misspeltExports(exported: Exports): (readonly [name: string, meant: string])[] {
  const known = Object.keys(RULES)
  return namesOf(ownExports(exported)).flatMap(name => {
    const meant = known.includes(name) ? null : nearest(name, known)
    return meant === null ? [] : [[name, meant] as const]
  })
}

/** A CommonJS module and a default export of an object carry their exports one level down. */
function ownExports(exported: Exports): Exports {
  const inner = exported['default']
  const isOutside = 'run' in exported || 'runBatch' in exported
  return isOutside || typeof inner !== 'object' || inner === null ? exported : (inner as Exports) // true: any object is one
}

function namesOf(exports: Exports): string[] {
  return Object.keys(exports).filter(name => !['default', 'module.exports', '__esModule'].includes(name))
}

function listNames(exports: Exports): string {
  const names = namesOf(exports)
  if (typeof exports['default'] === 'function') names.push('a default that is no class with process()')
  return names.join(', ') || 'nothing'
}

function isBatchOptions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { maxSize, maxDelayMs = 0 } = value as Exports // true: any object is one
  const delayFits = typeof maxDelayMs === 'number' && maxDelayMs >= 0 && Number.isFinite(maxDelayMs)
  return isWhole(maxSize) && maxSize >= 1 && maxSize <= MOST_BATCHED && delayFits
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value)
}

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined
  } catch {
    return false
  }
}

function show(value: unknown): string {
  return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 100 })
}

function contractError(path: string, what: string): ScorehostError {
  return new ScorehostError('ERR_MODULE_CONTRACT', `${path} ${what}`)
}
