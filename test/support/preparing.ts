// A source folder, a configuration and a target folder, and scorehost prepare on them.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type FileTree, readTree, writeTree } from './file-tree.ts'
import { runCli } from './start-runtime.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface Preparing {
  readonly from: string
  /** Not there before the first run. */
  readonly target: string
  /** The words of the command line, with its flags. */
  readonly words: readonly string[]
  configure(config: unknown): void
  run(...more: readonly string[]): ReturnType<typeof runCli>
  /** What is in the target folder. */
  tree(): FileTree
}

/** @param files Of the source folder: texts and bytes by path. */
export function preparing(
  t: TestContext,
  files: Readonly<Record<string, string | Buffer>>,
  config: unknown,
): Preparing {
  const folder = temporaryFolder(t)
  const from = join(folder, 'source')
  const target = join(folder, 'target')
  const file = join(folder, 'init.json')
  const words = ['prepare', '--config', file, '--from', from, '--to', target]
  mkdirSync(from)
  writeTree(from, files)
  const configure = (value: unknown) =>
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value))
  configure(config)
  return {
    from,
    target,
    words,
    configure,
    run: (...more) => runCli([...words, ...more]),
    tree: () => readTree(target),
  }
}

/** A configuration with one archive that is unpacked into the folder `code`. */
export function unpackConfig(path: string, unpackType: string) {
  return { Dependency: [{ Path: path, ContainerPath: 'code', UnpackType: unpackType }] }
}
