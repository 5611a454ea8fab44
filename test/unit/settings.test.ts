// What holds for every row of the table of settings.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expectation, modelsToLoad, SETTING_NAMES, settingSpec } from '../../runtime/settings.ts'

const SPECS = SETTING_NAMES.map(settingSpec)
const NAMES = SPECS.flatMap(spec => spec.env)
/** Without the arguments that KServe gives. */
const VARIABLES = NAMES.filter(name => !name.startsWith('--'))

function repeated(words: readonly string[]): string[] {
  return words.filter((word, index) => words.indexOf(word) !== index)
}

test('every environment name is one that OCI Data Science accepts', () => {
  // what SageMaker sets is never set on OCI
  for (const name of VARIABLES.filter(variable => !variable.startsWith('SAGEMAKER_'))) {
    assert.match(name, /^[A-Za-z][A-Za-z0-9_]*[A-Za-z0-9]$/)
    assert(name.length <= 31, `${name} has more than 31 characters`)
  }
})

test('no two settings share an environment name or a flag', () => {
  assert.deepEqual(repeated(NAMES), [])
  assert.deepEqual(repeated(SPECS.map(spec => spec.flag)), [])
})

test('every setting can be set by environment', () => {
  assert.deepEqual(
    SPECS.filter(spec => spec.env.length === 0).map(spec => spec.flag),
    [],
  )
})

test('flags are kebab-case, and none is taken for a switch of the command line itself', () => {
  for (const { flag } of SPECS) {
    assert.match(flag, /^[a-z]+(-[a-z]+)*$/)
    assert(!['help', 'version', 'json'].includes(flag), flag)
  }
})

test('file keys are camelCase', () => {
  for (const name of SETTING_NAMES) assert.match(name, /^[a-z]+([A-Z][a-z]+)*$/)
})

test('units live in names: what is in milliseconds or bytes says so everywhere', () => {
  for (const name of SETTING_NAMES) {
    const spec = settingSpec(name)
    const unit = spec.kind === 'integer' ? spec.unit : ''
    assert.equal(name.endsWith('Ms'), unit === 'ms', name)
    assert.equal(spec.flag.endsWith('-ms'), unit === 'ms', spec.flag)
    assert.equal(name.endsWith('Bytes'), unit === 'bytes', name)
    for (const variable of spec.env) assert.equal(variable.endsWith('_MS'), unit === 'ms', variable)
  }
})

test('every default is a value that the setting itself would take', () => {
  for (const spec of SPECS) {
    if (spec.kind === 'choice') assert(spec.choices.includes(spec.default), spec.flag)
    if (spec.kind === 'text') assert.notEqual(spec.default, '', spec.flag)
    if (spec.kind !== 'integer') continue
    assert(Number.isSafeInteger(spec.min) && Number.isSafeInteger(spec.max), spec.flag)
    const value = spec.default === 'auto' ? spec.min : spec.default
    assert(value >= spec.min && value <= spec.max, spec.flag)
  }
})

test('choices and their aliases are lower case, and every alias stands for a choice', () => {
  for (const spec of SPECS) {
    if (spec.kind !== 'choice') continue
    for (const word of [...spec.choices, ...Object.keys(spec.aliases)]) assert.equal(word, word.toLowerCase())
    for (const [alias, choice] of Object.entries(spec.aliases)) {
      assert(spec.choices.includes(choice), `${alias} stands for ${choice}`)
      assert(!spec.choices.includes(alias), `${alias} is a choice already`)
    }
  }
})

test('every text is one line, a sentence, and fits a terminal', () => {
  for (const { flag, text } of SPECS) {
    assert.match(text, /^[A-Z][^\n]+[.…}]$/, flag)
    assert(text.length <= 110, `${flag}: ${text.length} characters`)
  }
})

test('what a value may be is said in words, with the bounds', () => {
  const [port, workers] = [settingSpec('port'), settingSpec('workerCount')]
  assert.equal(expectation(port), 'a whole number from 0 to 65535, or none')
  assert.equal(expectation(workers), 'a whole number of processes from 1 to 256, or auto')
  assert.equal(expectation(settingSpec('logFormat')), 'one of auto, json, pretty')
  assert.equal(expectation(settingSpec('debug')), 'true or false (1 or 0)')
  assert.equal(expectation(settingSpec('entry')), 'text that is not empty')
})

test('the models to load are separated by commas, and spaces do not count', () => {
  assert.deepEqual([...modelsToLoad({ loadModels: ' a, b c ,,a' })], ['a', 'b c'])
  assert.deepEqual([...modelsToLoad({ loadModels: null })], [])
})
