// Settings that are secret: what is said of them, and who is told.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '../../runtime/config.ts'
import { withoutSecrets } from '../../runtime/settings.ts'

const KEY = 'a-key-0123456789'

function load(env: Readonly<Record<string, string>>, file: string | null = null) {
  return loadConfig({
    flags: {},
    env,
    readFile: path => (path === '/app/scorehost.json' ? file : null),
    workingDirectory: '/app',
    cpuLimit: { cpus: 1, origin: 'one CPU' },
    memoryLimit: { bytes: 1024 ** 3, origin: '1 GiB' },
  })
}

test('one that is empty is unset, with a warning', () => {
  const { settings, warnings } = load({ SCOREHOST_AUTH_KEYS: '' })
  assert.equal(settings.authKeys, null)
  assert.deepEqual(warnings, ['the environment has SCOREHOST_AUTH_KEYS, but it is empty and counts as unset'])
  assert.deepEqual(load({}).warnings, [])
})

test('one that looks like an address which Kubernetes sets is not passed over', () => {
  const key = 'tcp://10.0.0.1:5001'
  assert.equal(load({ SCOREHOST_AUTH_KEYS: key }).settings.authKeys, key)
})

test('a key that cannot be one is refused, and not shown', () => {
  const message = 'authKeys: key 1 of 1 (hidden) is shorter than 16 characters'
  assert.throws(() => load({ SCOREHOST_AUTH_KEYS: 'short' }), { code: 'ERR_CONFIG_INVALID', message })
})

test('a file that is no JSON is refused without what it says', () => {
  for (const text of [`{"authKeys": "${KEY}", "x": }`, `{"authKeys": ${KEY}}`, `{"authKeys": "${KEY}" 1}`])
    assert.throws(
      () => load({}, text),
      (error: Error) => /is not JSON: /.test(error.message) && !error.message.includes('key-0'),
    )
})

test('the environment of a score module is without them, and else as it was', () => {
  const env = { PATH: '/bin', SCOREHOST_AUTH_KEYS: KEY, SCOREHOST_PORT: '1', EMPTY: '' }
  assert.deepEqual(withoutSecrets(env), { PATH: '/bin', SCOREHOST_PORT: '1', EMPTY: '' })
})
