// The words of a command line, as flags by name.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { handedOver, readArguments } from '../../cli/arguments.ts'

function refused(words: readonly string[], message: string | RegExp): void {
  assert.throws(() => readArguments(words), { code: 'ERR_CONFIG_INVALID', message })
}

test('no words are no flags', () => {
  assert.deepEqual(readArguments([]).flags, {})
})

test('a value follows its flag, or an equals sign', () => {
  assert.deepEqual(readArguments(['--port', '8080', '--entry=score.ts']).flags, {
    port: '8080',
    entry: 'score.ts',
  })
})

test('a value may be empty, have equals signs, or be negative', () => {
  assert.deepEqual(readArguments(['--entry=', '--host=a=b', '--port', '-1']).flags, {
    entry: '',
    host: 'a=b',
    port: '-1',
  })
})

test('a boolean setting is true by its name alone, or what the equals sign says', () => {
  assert.deepEqual(readArguments(['--debug']).flags, { debug: 'true' })
  assert.deepEqual(readArguments(['--debug=false', '--port', '1']).flags, { debug: 'false', port: '1' })
})

test('of a repeated flag the last one counts', () => {
  assert.deepEqual(readArguments(['--port', '1', '--port=2']).flags, { port: '2' })
})

test('a boolean setting may be followed by true or false, and by another flag', () => {
  assert.deepEqual(readArguments(['--debug', 'false', '--port', '1']).flags, { debug: 'false', port: '1' })
  assert.deepEqual(readArguments(['--debug', '--port', '1']).flags, { debug: 'true', port: '1' })
})

test('a switch of the command is kept apart from the settings', () => {
  const { flags, has } = readArguments(['--json', '--port', '1'], { switches: ['json', 'quiet'] })
  assert.deepEqual(flags, { port: '1' })
  assert(has('json'))
  assert(!has('quiet'))
})

test('an unknown flag is passed on with its value, for the settings to refuse the flag and not the value', () => {
  assert.deepEqual(readArguments(['--prot', '8080', '--entri=x']).flags, { prot: '8080', entri: 'x' })
})

test('a flag without its value is refused', () => {
  refused(['--port'], '--port needs a value')
  refused(['--debug', '--entry'], '--entry needs a value')
})

test('the flag behind a flag is not its value', () => {
  refused(['--entry', '--debug'], '--entry needs a value')
})

test('a flag named __proto__ is not lost', () => {
  assert.deepEqual(Object.keys(readArguments(['--__proto__=1']).flags), ['__proto__'])
})

test('a word that is no flag is refused with how it was perhaps meant', () => {
  refused(['score.ts'], /^unexpected argument "score\.ts"; .* --entry score\.ts$/)
  refused(['--port', '1', 'score.ts'], /^unexpected argument "score\.ts"/)
  for (const word of ['--', '-p', '-', '']) refused([word], new RegExp(`^unexpected argument "${word}"`))
})

test('a setting that may be unset has a value of its own where its flag stands alone', () => {
  assert.deepEqual(readArguments(['--inspect']).flags, { inspect: '9229' })
  assert.deepEqual(readArguments(['--inspect', '--watch']).flags, { inspect: '9229', watch: 'true' })
  assert.deepEqual(readArguments(['--inspect', '9300']).flags, { inspect: '9300' })
  assert.deepEqual(readArguments(['--inspect=9300']).flags, { inspect: '9300' })
})

test('a value of the command itself is kept apart from the settings', () => {
  const own = { values: ['data'] }
  const { flags, value } = readArguments(['--data', '-', '--port=1'], own)
  assert.deepEqual(flags, { port: '1' })
  assert.deepEqual([value('data'), value('other')], ['-', null])
  assert.equal(readArguments(['--data=a=b'], own).value('data'), 'a=b')
  assert.throws(() => readArguments(['--data', '--port'], own), { message: '--data needs a value' })
})

test('a command may take one word without a flag', () => {
  const own = { operand: 'the score module', switches: ['quick'] }
  assert.equal(readArguments([], own).operand, null)
  assert.equal(readArguments(['--quick', 'score.ts', '--port', '1'], own).operand, 'score.ts')
  for (const words of [['a', 'b'], ['-x'], ['']])
    assert.throws(() => readArguments(words, own), {
      message: /there may be one, the score module, and flags$/,
    })
})

test('flags that OCI Data Science hands over are taken there alone, and the command line wins', () => {
  const params = { PARAMS: ' --workers 2  --log-level=debug ' }
  assert.deepEqual(handedOver(params), [])
  const words = [...handedOver({ ...params, MODEL_DEPLOYMENT_OCID: 'ocid1' }), '--workers', '3']
  assert.deepEqual(readArguments(words).flags, { workers: '3', 'log-level': 'debug' })
})
