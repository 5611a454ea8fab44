// The author's own descriptions are found beside the score module, and read when it is loaded.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readOwnDescriptions } from '../../runtime/model/own-descriptions.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Entry of a folder with these files. */
function entryBeside(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder(t)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return join(folder, 'score.mjs')
}

test('each is kept as it is, without the byte order mark of an editor', t => {
  const entry = entryBeside(t, {
    'swagger.json': '\uFEFF{ "a": 1 }\n',
    'swagger3.1.json': '{}',
    'other.json': '{',
  })
  assert.deepEqual(
    [...readOwnDescriptions(entry)],
    [
      ['swagger.json', '{ "a": 1 }\n'],
      ['swagger3.1.json', '{}'],
    ],
  )
})

test('there may be none', t => assert.equal(readOwnDescriptions(entryBeside(t, {})).size, 0))

for (const text of ['', '{"openapi":', '[]', 'null', '"swagger"'])
  test(`one that is ${text === '' ? 'empty' : text} is an error with its path`, t => {
    const entry = entryBeside(t, { 'swagger2.json': text })
    assert.throws(() => readOwnDescriptions(entry), {
      code: 'ERR_MODULE_LOAD',
      message: /^\/.*\/swagger2\.json cannot be read as a description of the service: SyntaxError: /,
    })
  })

test('one that cannot be read is an error with its path', t => {
  const entry = entryBeside(t, {})
  mkdirSync(join(entry, '..', 'swagger.json'))
  assert.throws(() => readOwnDescriptions(entry), {
    code: 'ERR_MODULE_LOAD',
    message: /swagger\.json cannot be read.*EISDIR/,
  })
})
