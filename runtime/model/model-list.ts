// The models in a model folder, with their versions and configurations: what can be served without code.

import { basename, dirname, join, resolve } from 'node:path'
import { type FolderContent, readFolder } from './folder-reading.ts'
import { failedModel, type ListedModel, listModel, listOne, problemOf } from './listed-model.ts'
import { hasOnnx, isOnnx, isVersion, versionFolders } from './version-folders.ts'

/** What lies in a model folder and is no model. */
export interface OtherEntry {
  /** Absolute path. */
  readonly path: string
  readonly what: string
}

export interface ModelList {
  /** By name. */
  readonly models: readonly ListedModel[]
  readonly others: readonly OtherEntry[]
  /** Why the folder itself cannot be listed; null where it can. */
  readonly problem: string | null
}

/** The folder's own name says nothing about a model that lies in it directly. */
const DEFAULT_FOLDER = 'azureml-models'
const NO_MODEL =
  'a folder without a file that ends in .onnx, in itself or in a version: a whole number from 1 on'

export interface ListOptions {
  /** What the model is called where there is but one; null leaves it its folder's name. */
  readonly onlyName?: string | null
  /** Folder below that of a model's name in which its files are; SageMaker's multi-model mode has one. */
  readonly filesFolder?: string
}

/**
 * Lists a model folder. A bad model is listed with its problem and stops no other.
 *
 * @param folder The folder of all models, of one model, or `{name}/{version}` of one: AzureML sets either.
 */
export function listModels(
  folder: string,
  { onlyName = null, filesFolder = '' }: ListOptions = {},
): ModelList {
  const root = resolve(folder)
  try {
    const list = listFolder(root, filesFolder)
    const [only, ...others] = list.models
    if (onlyName === null || only === undefined || others.length > 0) return list
    return { ...list, models: [{ ...only, name: onlyName }] }
  } catch (thrown) {
    return { models: [], others: [], problem: problemOf(thrown) }
  }
}

function listFolder(root: string, filesFolder: string): ModelList {
  const content = readFolder(root)
  const holdsOnnx = content.files.some(isOnnx)
  if (holdsOnnx && isVersion(basename(root))) {
    const parent = dirname(root)
    const one = { version: basename(root), folder: root }
    const model = listOne(nameOfFolder(parent), [parent, root], [one], false)
    return { models: [model], others: [], problem: null }
  }
  const versions = versionFolders(root, content.folders).filter(({ folder }) => hasOnnx(folder, false))
  const own = holdsOnnx || versions.length > 0 ? listOwn(root) : null
  const names = content.folders.filter(name => !versions.some(({ version }) => version === name))
  const entries = names.map(name => listEntry(root, name, filesFolder))
  const models = entries.filter(entry => 'name' in entry)
  return {
    models: [...(own === null ? [] : [withOwnName(own, models)]), ...models].toSorted(byName),
    others: [...entries.filter(entry => 'path' in entry), ...loose(root, content, own !== null)],
    problem: null,
  }
}

/** The folder itself is a model: by the name that its configuration gives, or its own. */
function listOwn(root: string): ListedModel {
  const model = listModel(nameOfFolder(root), root, false)
  return { ...model, name: model.config.name ?? model.name }
}

function nameOfFolder(path: string): string {
  const name = basename(path)
  return name === '' || name === DEFAULT_FOLDER ? 'model' : name
}

function withOwnName(own: ListedModel, models: readonly ListedModel[]): ListedModel {
  if (!models.some(({ name }) => name === own.name)) return own
  return failedModel(own.name, `a folder beside it has the name ${JSON.stringify(own.name)} too`)
}

/** What lies in the model folder itself, but for the file and the configuration of a model that does. */
function loose(root: string, { files, others }: FolderContent, isModel: boolean): readonly OtherEntry[] {
  const rest = files.filter(name => !(isModel && (isOnnx(name) || isConfig(name))))
  return [
    ...rest.map(name => ({ path: join(root, name), what: 'a file' })),
    ...others.map(name => ({ path: join(root, name), what: 'neither a folder nor a file' })),
  ]
}

function listEntry(root: string, name: string, filesFolder: string): ListedModel | OtherEntry {
  const folder = join(root, name, filesFolder)
  if (name.startsWith('.')) return { path: folder, what: 'a hidden folder' }
  try {
    const { folders, files } = readFolder(folder)
    const versions = versionFolders(folder, folders)
    // a configuration without a file is a model that is not whole; anything else may be a score module's own
    const isModel =
      files.some(isOnnx) || files.includes('config.pbtxt') || versions.some(one => hasOnnx(one.folder, true))
    if (!isModel) return { path: folder, what: NO_MODEL }
  } catch (thrown) {
    return failedModel(name, problemOf(thrown))
  }
  return listModel(name, folder, true)
}

function isConfig(file: string): boolean {
  return file === 'config.pbtxt' || file === 'config.json'
}

function byName(a: ListedModel, b: ListedModel): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
