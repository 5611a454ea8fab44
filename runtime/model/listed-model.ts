// One model as it is found in the model folder: its versions, its configuration and its labels, or why it cannot be served.

import { join } from 'node:path'
import { summariseThrown } from '../errors.ts'
import { type FoundConfig, findConfig } from './config-file.ts'
import { readFolder, readText, requireReadable, UnreadableError } from './folder-reading.ts'
import { type ModelConfig, NO_CONFIG, type VersionPolicy } from './model-config.ts'
import { ModelConfigError } from './model-config-error.ts'
import { onnxFileAmong } from './onnx-file.ts'
import { hasOnnx, isOnnx, type VersionFolder, versionFolders } from './version-folders.ts'

export interface ModelVersion {
  /** A whole number from 1 on. */
  readonly version: string
  /** Absolute path of the ONNX file. */
  readonly file: string
}

export interface ListedModel {
  readonly name: string
  /** Those that the version policy chooses and that have a file that can be read, by number. */
  readonly versions: readonly ModelVersion[]
  readonly config: ModelConfig
  /** Absolute path of the folder that the configuration, its labels and its warm-up data are in; null where there is none. */
  readonly configFolder: string | null
  /** By name of an output: one label for each index. */
  readonly labels: ReadonlyMap<string, readonly string[]>
  /** Why the model, or a version of it that should be served, cannot be; null where all is well. */
  readonly problem: string | null
  readonly warnings: readonly string[]
}

/** A model whose versions are folders in its own, or whose file is in its folder as version 1. */
export function listModel(name: string, folder: string, strictName: boolean): ListedModel {
  try {
    const { folders, files } = readFolder(folder)
    const versions = versionFolders(folder, folders)
    const flat = files.some(isOnnx)
    if (flat && !versions.some(one => hasOnnx(one.folder, true)))
      return listOne(name, [folder], [{ version: '1', folder }], strictName)
    const newest = versions.at(-1)
    if (newest === undefined)
      return failedModel(name, `${folder} has neither a version folder nor a file that ends in .onnx`)
    const model = listOne(name, [folder, newest.folder], versions, strictName)
    if (!flat) return model
    const warning = `${folder} has an ONNX file beside its version folders, which is ignored`
    return { ...model, warnings: [...model.warnings, warning] }
  } catch (thrown) {
    return failedModel(name, problemOf(thrown))
  }
}

/** @param configFolders Where the configuration may be, in the order of their weight. */
export function listOne(
  name: string,
  configFolders: readonly string[],
  folders: readonly VersionFolder[],
  strictName: boolean,
): ListedModel {
  let found: FoundConfig = { config: NO_CONFIG, folder: null, warnings: [] }
  try {
    found = findConfig(configFolders)
    const { config, folder } = found
    if (strictName && config.name !== null && config.name !== name) refuseName(config, name)
    const chosen = chooseVersions(folders, config)
    const labels = readLabels(config, folder)
    const looked = chosen.map(one => lookAt(one, config.defaultModelFilename))
    const problems = looked.flatMap(one => ('problem' in one ? one.problem : []))
    return {
      name,
      versions: looked.flatMap(one => ('file' in one ? one : [])),
      config,
      configFolder: folder,
      labels,
      problem: problems.length === 0 ? null : problems.join('; '),
      warnings: [...found.warnings, ...missingVersions(config, folders)],
    }
  } catch (thrown) {
    const { config, folder, warnings } = found
    return { ...failedModel(name, problemOf(thrown)), config, configFolder: folder, warnings }
  }
}

export function failedModel(name: string, problem: string): ListedModel {
  return {
    name,
    versions: [],
    config: NO_CONFIG,
    configFolder: null,
    labels: new Map(),
    problem,
    warnings: [],
  }
}

function refuseName({ file, name }: ModelConfig, folderName: string): never {
  throw new ModelConfigError(
    { file, line: null, field: 'name' },
    `${JSON.stringify(name)} is not the name of its folder, ${JSON.stringify(folderName)}`,
  )
}

function chooseVersions(
  folders: readonly VersionFolder[],
  { file, versionPolicy }: ModelConfig,
): readonly VersionFolder[] {
  const chosen = applyPolicy(folders, versionPolicy)
  if (chosen.length > 0) return chosen
  const there = folders.map(({ version }) => version).join(', ')
  throw new ModelConfigError(
    { file, line: null, field: 'version_policy' },
    `it chooses no version; there is ${there}`,
  )
}

/** @param folders By number. */
function applyPolicy(folders: readonly VersionFolder[], policy: VersionPolicy): readonly VersionFolder[] {
  switch (policy.kind) {
    case 'latest':
      return folders.slice(-policy.count)
    case 'all':
      return folders
    case 'specific':
      return folders.filter(({ version }) => policy.versions.includes(version))
  }
}

function missingVersions(
  { file, versionPolicy }: ModelConfig,
  folders: readonly VersionFolder[],
): readonly string[] {
  if (versionPolicy.kind !== 'specific') return []
  const missing = versionPolicy.versions.filter(version => !folders.some(one => one.version === version))
  return missing.map(version => `${file}: version_policy: there is no version ${version}`)
}

/** The ONNX file of one version, or why there is none. */
function lookAt(
  { version, folder }: VersionFolder,
  wanted: string | null,
): ModelVersion | { readonly problem: string } {
  try {
    const choice = wanted === null ? onnxFileAmong(readFolder(folder).files) : { file: wanted }
    if ('why' in choice) return { problem: `there is no ONNX model in ${folder}: it has ${choice.why}` }
    const file = join(folder, choice.file)
    requireReadable(file)
    return { version, file }
  } catch (thrown) {
    return { problem: problemOf(thrown) }
  }
}

/** One label a line; an empty line is an empty label, but for those at the end. */
function readLabels({ outputs }: ModelConfig, folder: string | null): ReadonlyMap<string, readonly string[]> {
  const labels = new Map<string, readonly string[]>()
  for (const { name, labelFilename } of outputs) {
    if (labelFilename === null || folder === null) continue
    const text = readText(join(folder, labelFilename)).trimEnd()
    labels.set(name, text === '' ? [] : text.split(/\r?\n/))
  }
  return labels
}

/** One line, with the path. */
export function problemOf(thrown: unknown): string {
  const known = thrown instanceof ModelConfigError || thrown instanceof UnreadableError
  return known ? thrown.message : summariseThrown(thrown)
}
