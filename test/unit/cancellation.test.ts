// A cancellation is an AbortController to whoever asks for its signal, whenever that is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cancellation } from '../../runtime/cancellation.ts'

test('its signal is aborted with its reason, asked for before or after', () => {
  for (const early of [true, false]) {
    const cancellation = new Cancellation()
    const reason = new Error('gone')
    const heard: unknown[] = []
    if (early) cancellation.signal.addEventListener('abort', () => heard.push(cancellation.signal.reason))
    assert.equal(cancellation.isAborted, false)
    cancellation.abort(reason)
    assert.equal(cancellation.isAborted, true)
    assert.equal(cancellation.signal.aborted, true)
    assert.equal(cancellation.signal.reason, reason)
    assert.deepEqual(heard, early ? [reason] : [])
  }
})

test('it is one signal', () => {
  const cancellation = new Cancellation()
  assert.equal(cancellation.signal, cancellation.signal)
})

test('its listener hears of it once, and the first reason counts', () => {
  const cancellation = new Cancellation()
  const heard: unknown[] = []
  cancellation.onAbort(reason => heard.push(reason))
  cancellation.abort('first')
  cancellation.abort('second')
  assert.deepEqual(heard, ['first'])
  assert.equal(cancellation.reason, 'first')
  assert.equal(cancellation.signal.reason, 'first')
})

test('without a reason it has that of an AbortController', () => {
  const cancellation = new Cancellation()
  cancellation.abort()
  assert.equal(cancellation.signal.reason.name, 'AbortError')
})
