// What lies where a platform mounts a model: score module, models or both. Pure: the file system comes in as a view.

import { join } from 'node:path'

/** Names in a folder; null for what is no folder, is not there, or may not be read. */
export type NamesIn = (path: string) => readonly string[] | null

export interface Artifacts {
  /** Where the score module is; null where there is none. */
  readonly appRoot: string | null
  readonly modelDir: string
  /** For people. */
  readonly origin: string
}

const ENTRY = /^(main|score)\.[mc]?[jt]s$/
const MODELS = 'azureml-models'

/**
 * What a mount holds; null where it is not there or empty.
 *
 * An archive of a folder, in place of what is in it, has one level more than is meant: where nothing is in the mount itself but
 * one folder that holds something to serve, that is it.
 *
 * @param entry Name of the score module, as set; null looks for main.* and score.*
 * @see https://docs.oracle.com/en-us/iaas/data-science/using/mod-dep-byoc.htm
 */
export function artifactsIn(
  mount: { readonly folder: string; readonly code: string },
  entry: string | null,
  namesIn: NamesIn,
): Artifacts | null {
  const names = namesIn(mount.folder)?.filter(name => !name.startsWith('.')) ?? []
  if (names.length === 0) return null
  const look = (folder: string) => lookAt(folder, mount.code, entry, namesIn)
  const own = look(mount.folder)
  if (own.isWhole) return { ...own, origin: `the platform's folder ${mount.folder}` }
  const [only, ...others] = names.map(name => join(mount.folder, name)).filter(path => namesIn(path) !== null)
  const inner = only === undefined || others.length > 0 ? null : look(only)
  return inner?.isWhole === true
    ? { ...inner, origin: `the only folder in the platform's ${mount.folder}` }
    : { ...own, origin: `the platform's folder ${mount.folder}` }
}

function lookAt(folder: string, codeFolder: string, entry: string | null, namesIn: NamesIn) {
  const appRoot = [join(folder, codeFolder), folder].find(path => holdsCode(path, entry, namesIn)) ?? null
  const models = join(folder, MODELS)
  const hasModels = namesIn(models) !== null
  const isWhole = appRoot !== null || hasModels || holdsModels(folder, namesIn)
  return { appRoot, modelDir: hasModels ? models : folder, isWhole }
}

function holdsCode(folder: string, entry: string | null, namesIn: NamesIn): boolean {
  const names = namesIn(folder) ?? []
  return names.some(name =>
    entry === null ? ENTRY.test(name) : name === entry || name.startsWith(`${entry}.`),
  )
}

/** The files of a model, or folders that have them. */
function holdsModels(folder: string, namesIn: NamesIn): boolean {
  const isModel = (path: string) => (namesIn(path) ?? []).some(name => /\.onnx$|^config\.pbtxt$/.test(name))
  const inside = (namesIn(folder) ?? []).map(name => join(folder, name))
  return (
    isModel(folder) ||
    inside.some(isModel) ||
    inside.some(path => (namesIn(path) ?? []).some(name => /^\d+$/.test(name) && isModel(join(path, name))))
  )
}
