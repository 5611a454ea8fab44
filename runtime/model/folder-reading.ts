// Reading of a folder that was mounted by others: links, missing rights, and what is there as folders and files.

import { closeSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { accessProblem } from '../access-problem.ts'

/** What cannot be read, and why, for people: it has the path, and the user where rights are missing. */
export class UnreadableError extends Error {
  constructor(path: string, cause: unknown) {
    super(`${path} cannot be read: ${accessProblem(cause)}`, { cause })
    this.name = 'UnreadableError'
  }
}

export interface FolderContent {
  /** Sorted; links count as what they lead to. */
  readonly folders: readonly string[]
  readonly files: readonly string[]
  /** Names that lead nowhere, or to what is neither a folder nor a file. */
  readonly others: readonly string[]
}

/** @throws UnreadableError */
export function readFolder(path: string): FolderContent {
  const names = reading(path, () => readdirSync(path)).toSorted()
  const kinds = new Map(names.map(name => [name, kindOf(join(path, name))]))
  const ofKind = (kind: string) => names.filter(name => kinds.get(name) === kind)
  return { folders: ofKind('folder'), files: ofKind('file'), others: ofKind('other') }
}

/**
 * Without the byte order mark that some editors begin a file with.
 *
 * @throws UnreadableError
 */
export function readText(path: string): string {
  return reading(path, () => readFileSync(path, 'utf8')).replace(/^\uFEFF/, '')
}

/**
 * Opens the file, for access(2) asks for the real user and not for the effective one, and knows nothing of file servers.
 *
 * @throws UnreadableError
 */
export function requireReadable(path: string): void {
  reading(path, () => closeSync(openSync(path, 'r')))
}

/**
 * As existsSync, which takes a folder that nobody may look into for one that is not there.
 *
 * @throws UnreadableError
 */
export function isThere(path: string): boolean {
  try {
    statSync(path)
    return true
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw new UnreadableError(path, thrown)
  }
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (thrown) {
    throw new UnreadableError(path, thrown)
  }
}

function kindOf(path: string): 'folder' | 'file' | 'other' {
  try {
    const status = statSync(path)
    return status.isDirectory() ? 'folder' : status.isFile() ? 'file' : 'other'
  } catch {
    // a link that leads nowhere or in a circle, or a folder that lets nobody look
    return 'other'
  }
}
