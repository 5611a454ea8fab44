// Which requests show a key, and which keys may be set.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AccessKeys, keysOf } from '../../runtime/access-keys.ts'

const OLD = 'old-key-0123456789'
const NEW = 'new~key:+/=%"0123456789'
const KEYS = new AccessKeys({ authKeys: `${OLD}, ${NEW}` })

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const passes = (authorization: string | undefined, allowBasic = false) =>
  KEYS.problem(authorization === undefined ? {} : { authorization }, allowBasic) === null

test('where no keys are set nobody is asked', () => {
  const open = new AccessKeys({ authKeys: null })
  assert.equal(open.asked, false)
  assert.equal(open.problem({}, false), null)
  assert.equal(open.problem({ authorization: 'Bearer of whatever' }, true), null)
})

test('each of the keys opens', () => {
  for (const key of [OLD, NEW]) assert(passes(`Bearer ${key}`), key)
})

test('the word in front may be written in any case, with several spaces, and with some at the end', () => {
  for (const text of [`bearer ${OLD}`, `BEARER ${OLD}`, `bEaReR   ${OLD}`, `Bearer ${OLD}  `])
    assert(passes(text), text)
})

test('anything else opens nothing', () => {
  const wrong = [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    OLD,
    `Bearer${OLD}`,
    `Bearer\t${OLD}`,
    `Bearer ${OLD.slice(1)}`,
    `Bearer ${OLD}x`,
    `Bearer ${OLD.toUpperCase()}`,
    `Bearer ${OLD} ${NEW}`,
    `Bearer ${OLD}, ${NEW}`,
    `Bearer ${OLD},${NEW}`,
    `Bearer "${OLD}"`,
    ` Bearer ${OLD}`,
    `Token ${OLD}`,
    `Digest ${OLD}`,
    basic(`user:${OLD}`),
  ]
  for (const text of wrong) assert(!passes(text), text)
})

test('no text opens but a key behind its word', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, allowBasic) => {
      assert(!passes(text, allowBasic))
      assert(!passes(`Bearer ${text}`, allowBasic))
      assert(!passes(`Basic ${text}`, allowBasic))
      assert(!passes(basic(text), allowBasic))
    }),
  )
})

test('for a page the key may be the password of any user', () => {
  for (const user of ['', 'me', 'ünï', 'a b']) {
    for (const key of [OLD, NEW]) assert(passes(basic(`${user}:${key}`), true), user)
    assert(passes(basic(`${user}:${OLD}`).replace('Basic', 'bAsIc'), true))
  }
  assert(passes(`Bearer ${OLD}`, true))
})

test('a password that is no key, or no password, opens no page', () => {
  const wrong = [
    basic(OLD),
    basic(`${OLD}:`),
    basic(`user:x${OLD}`),
    basic(`user:${OLD}:`),
    basic(''),
    `Basic user:${OLD}`,
    `Basic ${OLD}`,
    'Basic',
    'Basic ====',
    `${basic(`user:${OLD}`)} x`,
  ]
  for (const text of wrong) assert(!passes(text, true), text)
})

test('the refusal says what to show, and of a page that a password will do', () => {
  const shown = (allowBasic: boolean) => KEYS.problem({}, allowBasic)
  assert.equal(shown(false)?.challenge, 'Bearer realm="scorehost"')
  assert.match(shown(true)?.challenge ?? '', /^Basic realm="scorehost", .*Bearer realm="scorehost"$/)
  assert.equal(shown(false)?.error.code, 'ERR_UNAUTHORIZED')
})

test('keys are separated by commas, and what stands around them does not count', () => {
  assert.deepEqual(keysOf(null), [])
  assert.deepEqual(keysOf(OLD), [OLD])
  assert.deepEqual(keysOf(` ${OLD} ,\n${NEW}\n,${OLD},`), [OLD, NEW])
})

test('a key that cannot be one is refused, and not shown', () => {
  const refused: readonly [string, RegExp][] = [
    ['0123456789abcde', /^authKeys: key 1 of 1 \(hidden\) is shorter than 16 characters$/],
    [`${OLD},short`, /^authKeys: key 2 of 2 \(hidden\) is shorter/],
    [
      '0123456789 abcdefgh',
      /^authKeys: key 1 of 1 \(hidden\) has a character that is not printable ASCII, or a space$/,
    ],
    ['0123456789äbcdefgh', /not printable/],
    ['0123456789\tabcdefgh', /not printable/],
    [',', /^authKeys: the value \(hidden\) has no key in it$/],
    ['  ', /has no key/],
  ]
  for (const [text, message] of refused)
    assert.throws(() => keysOf(text), { code: 'ERR_CONFIG_INVALID', message })
})
