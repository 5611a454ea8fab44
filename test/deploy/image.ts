// What the image gives every container, read from the Dockerfile, and its programs on a PATH of this machine.

import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { repositoryPath } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { given } from './deploy-file.ts'

const DOCKERFILE = readFileSync(repositoryPath('Dockerfile'), 'utf8')

/** Where platforms that mount nothing have the score module and the models. */
export const APP_ROOT = '/var/azureml-app'

/** The image's ENTRYPOINT, which it has at /opt/scorehost/bin. */
export const ENTRYPOINT = repositoryPath('image/entrypoint')

export function imageEnvironment(): Record<string, string> {
  const [, block = ''] = /^ENV ((?:.*\\\n)*.*)$/m.exec(DOCKERFILE) ?? []
  return Object.fromEntries(
    [...block.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

/** The image's CMD: what the entrypoint is given where a platform gives nothing. */
export function imageCommand(): string[] {
  const [, list] = /^CMD (\[.*\])$/m.exec(DOCKERFILE) ?? []
  return JSON.parse(given(list, 'CMD'))
}

const PROGRAMS = ['scorehost', 'serve']

/** A PATH with this Node and the image's own programs, each a script of image/ or a link of its name to the command line. */
export function imagePath(t: TestContext): string {
  const bin = temporaryFolder(t)
  const links = temporaryFolder(t)
  for (const name of PROGRAMS) {
    const script = repositoryPath(`image/${name}`)
    if (existsSync(script)) {
      symlinkSync(script, join(bin, name))
      continue
    }
    const link = join(links, name)
    symlinkSync(repositoryPath('dist/cli/scorehost.js'), link)
    // the image makes executable what the compiler writes; here another file is
    writeFileSync(join(bin, name), `#!/bin/sh\nexec "${process.execPath}" "${link}" "$@"\n`, { mode: 0o755 })
  }
  return [bin, dirname(process.execPath), process.env['PATH']].join(delimiter)
}

/** An app root as the image has it until something is mounted or copied there: a link to the sample. */
export function emptyAppRoot(t: TestContext): string {
  const folder = temporaryFolder(t)
  symlinkSync(repositoryPath('samples/iris'), join(folder, '.scorehost-sample'))
  return folder
}
