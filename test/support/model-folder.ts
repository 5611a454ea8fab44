// Model folders made for a test, and what is found in them.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import type { ListedModel } from '../../runtime/model/listed-model.ts'
import { listModels } from '../../runtime/model/model-list.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Texts by path; null is an empty folder. */
export type Files = Readonly<Record<string, string | null>>

/** A model folder with these files. */
export function folderOf(t: TestContext, files: Files, name = 'azureml-models'): string {
  const folder = join(temporaryFolder(t), name)
  mkdirSync(folder, { recursive: true })
  for (const [file, text] of Object.entries(files)) {
    const path = join(folder, file)
    mkdirSync(text === null ? path : dirname(path), { recursive: true })
    if (text !== null) writeFileSync(path, text)
  }
  return folder
}

/** Names, each with the versions that are served. */
export const versionsOf = (models: readonly ListedModel[]) =>
  models.map(({ name, versions }) => [name, ...versions.map(({ version }) => version)])

/** The only model of a folder with these files, and that folder. */
export function only(t: TestContext, files: Files, name?: string) {
  const folder = folderOf(t, files, name)
  const { models } = listModels(folder)
  const [model, ...more] = models
  assert(model !== undefined && more.length === 0, `one model, not ${models.length}`)
  return { folder, model }
}
