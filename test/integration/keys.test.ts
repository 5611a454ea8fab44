// Keys are shown nowhere: not in the log, not in messages, not to the score module.

import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { notBehindNginx } from '../support/front.ts'
import { scoreFolder } from '../support/score-folder.ts'
import { PATIENCE_MS, runCli, startReady } from '../support/start-runtime.ts'

const KEY = 'a-key-that-nobody-sees'
const OTHER = 'one-more-key-0123456789'
const WRONG = 'wrong-key-that-nobody-sees'
const KEYS = `${KEY},${OTHER}`
const headers = (key: string) => ({ authorization: `Bearer ${key}` })

/** Tells what it sees, and fails, when it is asked to, with all of it. */
const CURIOUS = `
export const input = true
export const run = ({ fail }, context) => {
  const seen = JSON.stringify([context.headers, process.env, process.argv])
  console.log(seen)
  if (fail) throw new Error(seen)
  return { seen }
}`

function assertHidden(text: string): void {
  for (const key of [KEY, OTHER, WRONG]) assert(!text.includes(key), `${key} in ${text}`)
  assert(!text.includes(Buffer.from(`:${KEY}`).toString('base64').slice(4, -4)), text)
}

test('no key is in the log, in an answer, or in what a score module sees', async t => {
  const module = scoreFolder(t, { 'main.mjs': CURIOUS })
  const env = {
    WORKER_COUNT: '1',
    SCOREHOST_AUTH_KEYS: KEYS,
    SCOREHOST_DEBUG: '1',
    AZUREML_LOG_LEVEL: 'trace',
  }
  await using runtime = await startReady({ module, env })
  const scored = await runtime.score({}, { headers: headers(KEY) })
  assert.equal(scored.status, 200)
  const failed = await runtime.score({ fail: true }, { headers: headers(OTHER) })
  assert.equal(failed.status, 502)
  const refused = await runtime.score({}, { headers: headers(WRONG) })
  assert.equal(refused.status, 401)
  const password = { authorization: `Basic ${Buffer.from(`me:${KEY}`).toString('base64')}` }
  assert.equal((await fetch(`${runtime.url}/docs/`, { headers: password })).status, 200)
  assert.equal((await fetch(`${runtime.url}/docs/nothing`, { headers: password })).status, 404)
  await runtime.waitForLog(line => line['code'] === 'ERR_UNAUTHORIZED')
  runtime.process.kill('SIGINT')
  await runtime.end
  assertHidden(JSON.stringify([scored.json, failed.json, refused.json]))
  assertHidden(
    [...runtime.stdout, ...runtime.stderr, ...runtime.log.map(line => JSON.stringify(line))].join('\n'),
  )
  assert.match(runtime.stdout.join('\n'), /-H 'authorization: Bearer KEY'/)
})

test('scorehost config hides keys, wherever they come from', async t => {
  const folder = scoreFolder(t, { 'scorehost.json': JSON.stringify({ authKeys: KEYS }) })
  const ways: readonly [readonly string[], Readonly<Record<string, string>>][] = [
    [[], { SCOREHOST_AUTH_KEYS: KEYS }],
    [['--auth-keys', KEYS], {}],
    [['--app-root', folder], {}],
  ]
  for (const [flags, env] of ways) {
    const words = await runCli(['config', ...flags], env)
    assert.match(words.stdout, /^authKeys +\(hidden\)/m)
    assertHidden(words.stdout + words.stderr)
    const json = await runCli(['config', '--json', ...flags], env)
    assert.equal(JSON.parse(json.stdout).authKeys.value, '(hidden)')
    assertHidden(json.stdout + json.stderr)
  }
})

test('a key that cannot be one ends the program with 2, and no message about keys shows one', async t => {
  const file = (text: string) => ['--app-root', scoreFolder(t, { 'scorehost.json': text })]
  const wrong: readonly [readonly string[], Readonly<Record<string, string>>, RegExp][] = [
    [[], { SCOREHOST_AUTH_KEYS: `${KEY},${KEY.slice(0, 15)}` }, /key 2 of 2 \(hidden\) is shorter/],
    [[], { SCOREHOST_AUTH_KEYS: `${KEY} ${OTHER}` }, /key 1 of 1 \(hidden\) has .* a space/],
    [['--auth-keys', `${KEY},`, OTHER], {}, /--auth-keys has a space in its value \(hidden\)/],
    [['--auth-key', KEYS], {}, /did you mean --auth-keys\?/],
    [file(JSON.stringify({ authKeys: [KEY, OTHER] })), {}, /the value \(hidden\) is not text/],
    [file(`{"authKeys": "${KEY}", }`), {}, /is not JSON/],
    [file(`{"authKeys": "${KEY}" "${OTHER}"}`), {}, /is not JSON/],
    [file(`{"authKeys": ${KEY}}`), {}, /is not JSON/],
  ]
  for (const [flags, env, message] of wrong) {
    const { exitCode, stdout, stderr } = await runCli(['serve', ...flags], env)
    assert.equal(exitCode, 2, stderr)
    assert.match(stderr, message)
    assertHidden(stdout + stderr)
    assert(!stderr.includes(KEY.slice(0, 8)), stderr)
  }
})

test('a key that begins as an address is a key', async () => {
  const { exitCode, stdout } = await runCli(['config'], { SCOREHOST_AUTH_KEYS: 'tcp://0123456789abcdef' })
  assert.equal(exitCode, 0)
  assert.match(stdout, /^authKeys +\(hidden\)/m)
})

const WHOLE_FIRST = notBehindNginx('it reads a body to its end before it sends it on')

test('a large body without a key is refused while most of it has not been sent', {
  skip: WHOLE_FIRST,
}, async () => {
  const env = { WORKER_COUNT: '1', SCOREHOST_AUTH_KEYS: KEYS }
  await using runtime = await startReady({ module: 'platforms', env })
  const status = await new Promise((resolve, reject) => {
    const upload = request(`${runtime.url}/score`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 50_000_000 },
      timeout: PATIENCE_MS,
    })
    upload.on('response', answer => {
      resolve(answer.statusCode)
      upload.destroy()
    })
    upload.on('error', reject)
    upload.write(Buffer.alloc(100_000, ' '))
  })
  assert.equal(status, 401)
  assert.equal((await runtime.score({ do: 'echo', value: 1 }, { headers: headers(KEY) })).status, 200)
})
