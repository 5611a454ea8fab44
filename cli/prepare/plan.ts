// What is to be done for each entry, decided before anything is written.

import { basename } from 'node:path'
import { Claims } from './claims.ts'
import type { ContentEntry, Entry, PathEntry, UnpackType } from './init-container-config.ts'
import type { Source, SourceFile } from './source.ts'

export interface FileStep {
  readonly kind: 'copy'
  readonly files: readonly { readonly source: SourceFile; readonly target: string }[]
  readonly folders: readonly string[]
}

export interface ContentStep {
  readonly kind: 'write'
  readonly content: string
}

export interface UnpackStep {
  readonly kind: 'unpack'
  /** Absolute path of the archive. */
  readonly archive: string
  readonly unpackType: Exclude<UnpackType, 'None'>
}

export interface Step {
  readonly entry: Entry
  /** Where the file or the folder goes, below the target folder. */
  readonly target: string
  readonly work: FileStep | ContentStep | UnpackStep
}

export interface Plan {
  readonly steps: readonly Step[]
  /** All paths that are written, but for what is in the archives. */
  readonly claims: Claims
  /** What cannot be done and why, a line each. */
  readonly problems: readonly string[]
}

/**
 * @param find What the entry names in the source folder; throws a RangeError where there is no such thing.
 */
export function makePlan(entries: readonly Entry[], find: (path: string) => Source): Plan {
  const claims = new Claims()
  const steps: Step[] = []
  const problems: string[] = []
  for (const entry of entries) {
    const field = 'path' in entry ? 'Path' : 'Content'
    try {
      const step = 'path' in entry ? pathStep(entry, find(entry.path)) : contentStep(entry)
      claimAll(step, claims)
      steps.push(step)
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown
      problems.push(`${entry.place}.${field}: ${thrown.message}`)
    }
  }
  return { steps, claims, problems }
}

function contentStep(entry: ContentEntry): Step {
  return { entry, target: entry.containerPath.path, work: { kind: 'write', content: entry.content } }
}

function pathStep(entry: PathEntry, source: Source): Step {
  const { containerPath, unpackType } = entry
  const [file] = source.files
  if (unpackType !== 'None') {
    if (source.kind !== 'file' || file === undefined)
      throw new RangeError(`${entry.path} is a folder, no archive of the type ${unpackType}`)
    return { entry, target: containerPath.path, work: { kind: 'unpack', archive: file.path, unpackType } }
  }
  const ownName = source.kind === 'file' && containerPath.isFolder ? basename(entry.path) : ''
  const target = below(containerPath.path, ownName)
  const files = source.files.map(one => ({ source: one, target: below(target, one.below) }))
  const folders =
    source.kind === 'file' ? [] : [target, ...source.folders.map(folder => below(target, folder))]
  return { entry, target, work: { kind: 'copy', files, folders } }
}

function claimAll({ entry, target, work }: Step, claims: Claims): void {
  if (work.kind === 'copy') {
    for (const folder of work.folders) claims.take(folder, 'folder', entry.place)
    for (const file of work.files) claims.take(file.target, 'file', entry.place)
  } else claims.take(target, work.kind === 'write' ? 'file' : 'folder', entry.place)
}

/** Of two paths of which either may be empty. */
export function below(folder: string, path: string): string {
  return folder === '' || path === '' ? folder + path : `${folder}/${path}`
}
