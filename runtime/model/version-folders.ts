// The folders of a model's versions, and whether an ONNX file lies in them.

import { join } from 'node:path'
import { readFolder } from './folder-reading.ts'

export interface VersionFolder {
  /** A whole number from 1 on. */
  readonly version: string
  /** Absolute path. */
  readonly folder: string
}

const VERSION = /^[1-9]\d*$/

export function isVersion(name: string): boolean {
  return VERSION.test(name)
}

/** Those of these folders that are versions, by number. */
export function versionFolders(parent: string, folders: readonly string[]): readonly VersionFolder[] {
  return folders
    .filter(isVersion)
    .toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .map(version => ({ version, folder: join(parent, version) }))
}

/** @param unreadable What is true of a folder that nobody may look into. */
export function hasOnnx(folder: string, unreadable: boolean): boolean {
  try {
    return readFolder(folder).files.some(isOnnx)
  } catch {
    return unreadable
  }
}

export function isOnnx(file: string): boolean {
  return file.endsWith('.onnx')
}
