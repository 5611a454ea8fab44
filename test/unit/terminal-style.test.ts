// Colours on a terminal, and nowhere else unless somebody asks for them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { painter } from '../../cli/terminal-style.ts'

const ESCAPE = String.fromCharCode(27)

function paints(isTerminal: boolean, env: Readonly<Record<string, string>>): boolean {
  return painter(isTerminal, env)('red', 'text') !== 'text'
}

test('a terminal has colours, a file and a pipe have none', () => {
  assert.equal(painter(true, {})('red', 'text'), `${ESCAPE}[31mtext${ESCAPE}[39m`)
  assert.equal(paints(false, {}), false)
})

test('NO_COLOR forbids them, where it is not empty', () => {
  assert.equal(paints(true, { NO_COLOR: '1' }), false)
  assert.equal(paints(true, { NO_COLOR: '' }), true)
})

test('FORCE_COLOR has the last word: 0 is none, anything else is colours', () => {
  assert.equal(paints(false, { FORCE_COLOR: '1', NO_COLOR: '1' }), true)
  assert.equal(paints(false, { FORCE_COLOR: 'true' }), true)
  assert.equal(paints(true, { FORCE_COLOR: '0' }), false)
  assert.equal(paints(false, { FORCE_COLOR: '' }), false)
})
