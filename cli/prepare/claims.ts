// Who writes what: every path below the target folder is written by one entry, and once.

import { STAGING_PREFIX } from './inner-path.ts'

type Kind = 'file' | 'folder' | 'link'

interface Claim {
  readonly kind: Kind
  readonly by: string
}

export class Claims {
  readonly #claims = new Map<string, Claim>()

  /**
   * Nothing else may have this path or lie below it, unless it is a folder.
   *
   * @param path Below the target folder; empty is that folder.
   * @param by The entry, as messages name it.
   * @throws RangeError naming whose the path is already
   */
  take(path: string, kind: Kind, by: string): void {
    if (path.startsWith(STAGING_PREFIX))
      throw new RangeError(`${path} has a name that only unfinished runs have`)
    if (path === '' && kind !== 'folder') throw new RangeError(`a ${kind} would replace the target folder`)
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1))
      this.#takeFolderAbove(path, path.slice(0, slash), by)
    const before = this.#claims.get(path)
    if (before === undefined) this.#claims.set(path, { kind, by })
    else if (kind !== 'folder' || before.kind !== 'folder') throw new RangeError(twice(path, before.by, by))
  }

  #takeFolderAbove(path: string, folder: string, by: string): void {
    const before = this.#claims.get(folder)
    if (before === undefined) this.#claims.set(folder, { kind: 'folder', by })
    else if (before.kind !== 'folder')
      throw new RangeError(`${path} lies below ${folder}, which is a ${before.kind} of ${before.by}`)
  }
}

function twice(path: string, before: string, by: string): string {
  return before === by ? `${path} is in it twice` : `${path} is of ${before} already`
}
