// A process is gone when it has exited and everything that it said has been heard.

import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { type TestContext, test } from 'node:test'
import { whenGone } from '../../supervisor/child-end.ts'

function childOf(t: TestContext, more: { pid?: number; connected: boolean }) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] })
  const child = Object.assign(new EventEmitter(), more)
  const ends: unknown[] = []
  // true: it has what is asked of it
  whenGone(child as unknown as ChildProcess, (exitCode, signal) => ends.push([exitCode, signal]))
  return { child, ends }
}

test('what it said last is heard before it is gone', t => {
  const { child, ends } = childOf(t, { pid: 1, connected: true })
  child.emit('exit', 0, null)
  assert.deepEqual(ends, [])
  child.emit('disconnect')
  t.mock.timers.tick(10_000)
  assert.deepEqual(ends, [[0, null]])
})

test('a channel that is closed already is not waited for', t => {
  const { child, ends } = childOf(t, { pid: 1, connected: false })
  child.emit('exit', null, 'SIGKILL')
  t.mock.timers.tick(0)
  assert.deepEqual(ends, [[null, 'SIGKILL']])
})

test('a channel that somebody else holds open is not waited for long', t => {
  const { child, ends } = childOf(t, { pid: 1, connected: true })
  child.emit('exit', 1, null)
  t.mock.timers.tick(999)
  assert.deepEqual(ends, [])
  t.mock.timers.tick(1)
  child.emit('disconnect')
  assert.deepEqual(ends, [[1, null]])
})

test('a process that could not be started is gone at once; an error of one that runs is not its end', t => {
  const { child, ends } = childOf(t, { connected: false })
  child.emit('error', new Error('ENOENT'))
  assert.deepEqual(ends, [[null, null]])
  t.mock.timers.reset()
  const running = childOf(t, { pid: 1, connected: true })
  running.child.emit('error', new Error('EPIPE'))
  assert.deepEqual(running.ends, [])
})
