// The model folder: ./azureml-models/{name}/{version}/…, newest version by number.

import { statSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { ScorehostError } from '../errors.ts'
import { isThere, readFolder, requireReadable, UnreadableError } from './folder-reading.ts'
import { onnxFileAmong } from './onnx-file.ts'

/** Finds models by name and version below a model folder. */
export class ModelRepository {
  /** Absolute path of the model folder. */
  readonly folder: string
  readonly #appRoot: string

  /** @param folder The model folder, or {name}/{version} of one model in it: AzureML sets either. */
  constructor(folder: string, appRoot: string) {
    this.folder = folder
    this.#appRoot = appRoot
  }

  /**
   * Absolute path of the folder (or file) that holds one version of a model.
   *
   * Looked at, in this order: `{name}/{version}` below the model folder, the model folder itself where it is one
   * version of this model, `{name}` below the model folder without versions, `{name}` below the app root.
   *
   * @param version Unset: the newest, by number.
   * @throws ScorehostError ERR_MODEL_MISSING with the paths that were looked at; ERR_MODEL_LOAD for a folder that may not be read
   * @see https://learn.microsoft.com/python/api/azureml-core/azureml.core.model.model#get-model-path
   */
  modelPath(name: string, version?: string | number): string {
    return withRights(() => this.#findPath(name, version))
  }

  #findPath(name: string, version: string | number | undefined): string {
    const looked: string[] = []
    const first = (path: string | null, asked: string) => {
      looked.push(asked)
      return path !== null && isThere(path) ? path : null
    }
    const inFolder = join(this.folder, name)
    const wanted = version === undefined ? newestVersion(inFolder) : String(version)
    const found =
      first(
        wanted === null ? null : join(inFolder, wanted),
        join(inFolder, version === undefined ? '{version}' : String(version)),
      ) ??
      first(this.#isVersionOf(name, version) ? this.folder : null, this.folder) ??
      (version === undefined
        ? (first(inFolder, inFolder) ?? first(join(this.#appRoot, name), join(this.#appRoot, name)))
        : null)
    if (found !== null) return found
    const which = version === undefined ? `"${name}"` : `"${name}" version ${version}`
    throw new ScorehostError(
      'ERR_MODEL_MISSING',
      `There is no model ${which}; looked at ${looked.join(', ')}${this.#whatIsThere()}`,
    )
  }

  /**
   * Absolute path of a model's ONNX file: `model.onnx`, or the only file that ends in `.onnx`.
   *
   * @throws ScorehostError ERR_MODEL_MISSING; ERR_MODEL_LOAD where it may not be read
   */
  onnxFile(name: string, version?: string | number): string {
    return withRights(() => {
      const file = this.#findFile(name, version)
      // onnxruntime's own words for it have neither the reason nor the user
      requireReadable(file)
      return file
    })
  }

  #findFile(name: string, version: string | number | undefined): string {
    const path = this.#findPath(name, version)
    if (statSync(path).isFile()) return path
    const choice = onnxFileAmong(readFolder(path).files)
    if ('file' in choice) return join(path, choice.file)
    throw new ScorehostError('ERR_MODEL_MISSING', `There is no ONNX model in ${path}: it has ${choice.why}`)
  }

  /** The model folder may be the version folder itself: azureml-models/{name}/{version}. */
  #isVersionOf(name: string, version: string | number | undefined): boolean {
    return (
      basename(dirname(this.folder)) === name &&
      (version === undefined || basename(this.folder) === String(version))
    )
  }

  #whatIsThere(): string {
    if (!isThere(this.folder)) return `; the model folder ${this.folder} does not exist`
    const models = folders(this.folder).map(name => [name, ...folders(join(this.folder, name))])
    if (models.length === 0)
      return `; the model folder ${relative(this.#appRoot, this.folder) || this.folder} has no folders`
    return `; there is ${models.map(([name, ...versions]) => `${name} (${versions.join(', ') || 'no versions'})`).join(', ')}`
  }
}

/** Versions are whole numbers: a folder of another name beside or in place of them belongs to the model. */
function newestVersion(folder: string): string | null {
  const versions = isThere(folder) ? folders(folder).filter(name => /^\d+$/.test(name)) : []
  return versions.toSorted((a, b) => Number(a) - Number(b)).at(-1) ?? null
}

function folders(path: string): readonly string[] {
  return statSync(path).isDirectory() ? readFolder(path).folders : []
}

/** Gives the lack of rights the code of a model that cannot be loaded. */
function withRights<T>(find: () => T): T {
  try {
    return find()
  } catch (thrown) {
    if (thrown instanceof UnreadableError)
      throw new ScorehostError('ERR_MODEL_LOAD', thrown.message, { cause: thrown })
    throw thrown
  }
}
