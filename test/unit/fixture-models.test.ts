// The models of the fixtures are those that their script writes.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { repositoryPath } from '../support/start-runtime.ts'

interface Script {
  modelFiles(): Readonly<Record<string, string | Uint8Array>>
}

test('node test/fixtures/write-models.mjs would change nothing', async () => {
  const { modelFiles }: Script = await import(repositoryPath('test/fixtures/write-models.mjs'))
  for (const [path, content] of Object.entries(modelFiles()))
    assert.ok(readFileSync(repositoryPath(`test/fixtures/${path}`)).equals(Buffer.from(content)), path)
})
