// What the entries name in the source folder: looked at before anything is written, so that all that is missing is said at once.

import { closeSync, type Dirent, openSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { accessProblem } from '../../runtime/access-problem.ts'
import { describeMissing } from './missing-path.ts'

export interface SourceFile {
  /** Absolute. */
  readonly path: string
  /** Below the folder that the entry names; empty for a file that it names itself. */
  readonly below: string
  readonly bytes: number
  readonly isExecutable: boolean
}

export interface Source {
  readonly kind: 'file' | 'folder'
  readonly files: readonly SourceFile[]
  /** Folders below the one that the entry names, each behind the one it lies in. */
  readonly folders: readonly string[]
}

/** True where `path` is `folder` or lies in it; both absolute, without `..`. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way)
}

/**
 * The file or folder, and all that is in it. Links are followed, and must lead to what lies in the source folder.
 *
 * @param from Absolute path of the source folder, as it was given.
 * @throws RangeError saying what is missing, or what is wrong with what is there
 */
export function findSource(from: string, path: string): Source {
  if (path.includes('\0')) throw new RangeError(`${JSON.stringify(path)} has a zero byte`)
  const named = resolve(from, path)
  const realFrom = realpathSync(from)
  if (!isWithin(from, named) && !isWithin(realFrom, named))
    throw new RangeError(`${named} does not lie in ${from}`)
  const survey = new Survey(realFrom)
  const kind = survey.look(named, '', [])
  return { kind, files: survey.files, folders: survey.folders }
}

class Survey {
  readonly #root: string
  readonly files: SourceFile[] = []
  readonly folders: string[] = []

  constructor(root: string) {
    this.#root = root
  }

  /** @param above Real paths of the folders that this one was reached through. */
  look(path: string, below: string, above: readonly string[]): Source['kind'] {
    const real = this.#realPath(path)
    const found = statSync(real)
    if (found.isDirectory()) {
      if (above.includes(real)) throw new RangeError(`${path} is a link back to ${real}, which it lies in`)
      if (below !== '') this.folders.push(below)
      for (const { name } of list(real)) this.look(join(path, name), join(below, name), [...above, real])
      return 'folder'
    }
    if (!found.isFile()) throw new RangeError(`${path} is neither a file nor a folder`)
    // to ask for the rights would not do: a network's file system may refuse root what they allow
    attempt(path, () => closeSync(openSync(real, 'r')))
    this.files.push({ path: real, below, bytes: found.size, isExecutable: (found.mode & 0o111) !== 0 })
    return 'file'
  }

  #realPath(path: string): string {
    const real = attempt(path, () => realpathSync(path))
    if (!isWithin(this.#root, real))
      throw new RangeError(`${path} is a link to ${real}, outside the source folder`)
    return real
  }
}

/**
 * What is in a folder. In the volume of a ConfigMap or a Secret names that begin with two dots are Kubernetes' own; the links
 * beside them lead to the same files.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/util/atomic_writer.go
 */
function list(folder: string): Dirent[] {
  return attempt(folder, () => readdirSync(folder, { withFileTypes: true }))
    .filter(({ name }) => !name.startsWith('..'))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

function attempt<T>(path: string, look: () => T): T {
  try {
    return look()
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new RangeError(describeMissing(path))
    throw new RangeError(`${path} cannot be read: ${accessProblem(thrown)}`)
  }
}
