// Values held against the types of a vendor's package. The compiler does it: types are all that there is at run time nothing of.

import { spawnSync } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { repositoryPath } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const OPTIONS = [
  '--noEmit',
  '--strict',
  '--skipLibCheck',
  '--module',
  'nodenext',
  '--target',
  'es2023',
  '--types',
  '',
]

/**
 * What the compiler says against a value written out as a literal of the type, unknown keys included.
 *
 * @param type As a type expression: `import('package').Type`.
 */
export function misfits(t: TestContext, value: unknown, type: string): string[] {
  const folder = temporaryFolder(t)
  symlinkSync(repositoryPath('node_modules'), join(folder, 'node_modules'))
  const file = join(folder, 'literal.mts')
  writeFileSync(file, `;(${JSON.stringify(value, null, 1)}) satisfies ${type}\n`)
  const compiler = repositoryPath('node_modules/typescript/bin/tsc')
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, ...OPTIONS, file], {
    encoding: 'utf8',
    cwd: folder,
  })
  if (status === 0) return []
  return (stdout + stderr).split('\n').filter(line => line !== '')
}
