// The InitContainerConfig: what an init container puts into the app root. Reads its text, and finds all that is wrong in it.

import { messageOf } from '../../runtime/errors.ts'
import { nearest } from '../../runtime/nearest.ts'
import { type ContainerPath, readContainerPath } from './inner-path.ts'

const UNPACK_TYPES = ['None', 'Tar', 'TarGz', 'Zip'] as const
export type UnpackType = (typeof UNPACK_TYPES)[number]

const TOP_KEYS = ['MountPath', 'Models', 'Dependency']
const ENTRY_KEYS = ['Path', 'Content', 'ContainerPath', 'UnpackType']

interface EntryHead {
  /** As messages name it: `Models["iris:3"]`. */
  readonly place: string
  readonly kind: 'model' | 'dependency'
  readonly containerPath: ContainerPath
}

/** A file or a folder of the source. */
export interface PathEntry extends EntryHead {
  /** As written. */
  readonly path: string
  readonly unpackType: UnpackType
}

/** A file whose text stands in the configuration. */
export interface ContentEntry extends EntryHead {
  readonly content: string
}

export type Entry = PathEntry | ContentEntry

export interface InitContainerConfig {
  /** The target folder where no other is named. */
  readonly mountPath: string | null
  /** Those in which nothing is wrong. */
  readonly entries: readonly Entry[]
  /** What is wrong and where, a line each. */
  readonly problems: readonly string[]
}

/**
 * Never throws: text that is no JSON is a problem like any other.
 *
 * @param needsMountPath No other target folder is named.
 */
export function readInitContainerConfig(text: string, needsMountPath: boolean): InitContainerConfig {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    return { mountPath: null, entries: [], problems: [`it is not JSON: ${messageOf(thrown)}`] }
  }
  return new ConfigReader().read(value, needsMountPath)
}

type Fields = ReadonlyMap<string, unknown>

class ConfigReader {
  readonly #problems: string[] = []

  read(value: unknown, needsMountPath: boolean): InitContainerConfig {
    const top = this.#fields(value, 'the configuration', TOP_KEYS)
    const mountPath = this.#mountPath(top?.get('MountPath'))
    if (needsMountPath && top !== null && !top.has('MountPath'))
      this.#problems.push('MountPath is missing, and no --to says where the target folder is')
    const models = this.#named(top?.get('Models'), 'Models').map(({ name, place, value }) =>
      this.#entry(value, place, 'model', mountPath, this.#modelFolder(name, place)),
    )
    const dependencies = this.#listed(top?.get('Dependency'), 'Dependency').map(({ place, value }) =>
      this.#entry(value, place, 'dependency', mountPath, null),
    )
    const entries = [...models, ...dependencies].filter(entry => entry !== null)
    return { mountPath, entries, problems: this.#problems }
  }

  #mountPath(value: unknown): string | null {
    const path = this.#text(value, 'MountPath')
    if (path === null) return null
    return this.#attempt('MountPath', () => {
      if (!path.startsWith('/')) throw new RangeError(`${JSON.stringify(path)} is no absolute path`)
      readContainerPath(path, null)
      return path
    })
  }

  /** Where AzureML looks for a model. */
  #modelFolder(key: string, place: string): ContainerPath | null {
    const [, name, version] = /^(.+):([^:]+)$/s.exec(key) ?? []
    const isPlain = (part: string) => !/[/\\\0]/.test(part) && part !== '.' && part !== '..'
    if (name !== undefined && version !== undefined && isPlain(name) && isPlain(version))
      return { path: `azureml-models/${name}/${version}`, isFolder: true }
    this.#problems.push(`${place}: the key is not name:version, as in "iris:3", without slashes`)
    return null
  }

  #entry(
    value: unknown,
    place: string,
    kind: Entry['kind'],
    mountPath: string | null,
    byDefault: ContainerPath | null,
  ): Entry | null {
    const problemsBefore = this.#problems.length
    const fields = this.#fields(value, place, ENTRY_KEYS)
    if (fields === null) return null
    const path = this.#text(fields.get('Path'), `${place}.Path`)
    const content = this.#text(fields.get('Content'), `${place}.Content`, { mayBeEmpty: true })
    const unpackType = this.#unpackType(fields.get('UnpackType'), `${place}.UnpackType`)
    const containerPath = this.#containerPath(fields, place, mountPath) ?? byDefault
    if (fields.has('Path') === fields.has('Content'))
      this.#problems.push(`${place}: there must be either Path or Content`)
    if (!fields.has('ContainerPath') && kind === 'dependency')
      this.#problems.push(`${place}.ContainerPath is missing`)
    if (content !== null && unpackType !== 'None')
      this.#problems.push(`${place}.UnpackType: Content is the file itself, which is not unpacked`)
    if (content !== null && containerPath?.isFolder)
      this.#problems.push(`${place}.ContainerPath must be a file's path, for Content has no name of its own`)
    if (this.#problems.length > problemsBefore || containerPath === null) return null
    const head = { place, kind, containerPath }
    if (path !== null) return { ...head, path, unpackType }
    return content === null ? null : { ...head, content }
  }

  #containerPath(fields: Fields, place: string, mountPath: string | null): ContainerPath | null {
    const text = this.#text(fields.get('ContainerPath'), `${place}.ContainerPath`)
    if (text === null) return null
    return this.#attempt(`${place}.ContainerPath`, () => readContainerPath(text, mountPath))
  }

  #unpackType(value: unknown, place: string): UnpackType {
    const text = this.#text(value, place)
    if (text === null) return 'None'
    const found = UNPACK_TYPES.find(one => one.toLowerCase() === text.toLowerCase())
    if (found === undefined) this.#problems.push(`${place}: ${unknownWord(text, 'value', UNPACK_TYPES)}`)
    return found ?? 'None'
  }

  #text(value: unknown, place: string, { mayBeEmpty = false } = {}): string | null {
    if (value === undefined) return null
    if (typeof value === 'string' && (mayBeEmpty || value !== '')) return value
    this.#problems.push(`${place} must be a text${mayBeEmpty ? '' : ' that is not empty'}`)
    return null
  }

  /** The members of an object by the names that are known, in whatever letter case; one that is null is left out. */
  #fields(value: unknown, place: string, known: readonly string[]): Fields | null {
    if (!isObject(value)) {
      this.#problems.push(`${place} must be an object`)
      return null
    }
    const fields = new Map<string, unknown>()
    for (const [key, field] of Object.entries(value)) {
      const name = known.find(one => one.toLowerCase() === key.toLowerCase())
      if (name === undefined) this.#problems.push(`${place}: ${unknownWord(key, 'key', known)}`)
      else if (fields.has(name)) this.#problems.push(`${place}: ${name} is there twice, in two letter cases`)
      else if (field !== null) fields.set(name, field)
    }
    return fields
  }

  #named(value: unknown, place: string) {
    if (value === undefined) return []
    if (isObject(value))
      return Object.entries(value).map(([name, one]) => ({
        name,
        place: `${place}[${JSON.stringify(name)}]`,
        value: one,
      }))
    this.#problems.push(`${place} must be an object`)
    return []
  }

  #listed(value: unknown, place: string) {
    if (Array.isArray(value))
      return value.map((one: unknown, index) => ({ place: `${place}[${index}]`, value: one }))
    if (value === undefined || isObject(value)) return this.#named(value, place)
    this.#problems.push(`${place} must be a list`)
    return []
  }

  #attempt<T>(place: string, read: () => T): T | null {
    try {
      return read()
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown
      this.#problems.push(`${place}: ${thrown.message}`)
      return null
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unknownWord(word: string, what: string, known: readonly string[]): string {
  const near = nearest(word, known)
  return `unknown ${what} ${JSON.stringify(word)}; ${near === null ? `known are ${known.join(', ')}` : `did you mean ${near}?`}`
}
