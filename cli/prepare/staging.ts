// The folder in which everything is put together before it is put in place. It lies in the target folder: only within one file
// system is a rename a single step, and the target folder is often a mount.

import { constants } from 'node:fs'
import {
  copyFile,
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  rename,
  rm,
  symlink,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { STAGING_PREFIX } from './inner-path.ts'
import { findMoves } from './moves.ts'

const WHOLE = { recursive: true, force: true } as const

export class Staging {
  readonly #target: string
  readonly #folder: string

  private constructor(target: string, folder: string) {
    this.#target = target
    this.#folder = folder
  }

  /** A new one; what runs that were killed left behind is removed. */
  static async create(target: string): Promise<Staging> {
    for (const { name } of await readdir(target, { withFileTypes: true }))
      if (name.startsWith(STAGING_PREFIX)) await rm(join(target, name), WHOLE)
    return new Staging(target, await mkdtemp(join(target, STAGING_PREFIX)))
  }

  /** A new file, to be closed by the caller. Its mode is what the umask makes of it, so that whoever serves may read it. */
  async open(path: string, isExecutable: boolean): Promise<FileHandle> {
    return open(await this.#roomFor(path), 'wx', isExecutable ? 0o777 : 0o666)
  }

  async addFolder(path: string): Promise<void> {
    await mkdir(join(this.#folder, path), { recursive: true })
  }

  async addLink(path: string, linkTarget: string): Promise<void> {
    await symlink(linkTarget, await this.#roomFor(path))
  }

  /** A file with the bytes and the mode of one that is staged already. */
  async addCopy(path: string, from: string): Promise<void> {
    await copyFile(join(this.#folder, from), await this.#roomFor(path), constants.COPYFILE_EXCL)
  }

  /**
   * Puts all of it in place: each file, and each folder that was not there, comes whole. Nothing is deleted.
   *
   * @throws RangeError saying what in the target folder is in the way; then nothing was put in place
   */
  async place(): Promise<void> {
    const { moves, obstacles } = findMoves(this.#folder, this.#target)
    if (obstacles.length > 0) throw new RangeError(obstacles.join('\n  '))
    for (const { from, to } of moves) await rename(from, to)
  }

  async remove(): Promise<void> {
    await rm(this.#folder, WHOLE)
  }

  async #roomFor(path: string): Promise<string> {
    const staged = join(this.#folder, path)
    await mkdir(dirname(staged), { recursive: true })
    return staged
  }
}
