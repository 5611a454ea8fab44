// Builds the image that the tests of it are run against: npm run test:container does it first.

import { spawnSync } from 'node:child_process'
import { IMAGE, NODE_IMAGE, noEngine } from '../support/container.ts'
import { repositoryPath } from '../support/start-runtime.ts'

if (noEngine !== false) process.stdout.write(`no image is built: ${noEngine}\n`)
else {
  const base = NODE_IMAGE === null ? [] : ['--build-arg', `NODE_IMAGE=${NODE_IMAGE}`]
  const { status } = spawnSync(
    process.env['CONTAINER_ENGINE'] ?? '',
    ['build', ...base, '--tag', IMAGE, repositoryPath('.')],
    // what buildah writes by itself has no place for a health check; docker knows no such variable
    { env: { ...process.env, BUILDAH_FORMAT: 'docker' }, stdio: 'inherit' },
  )
  process.exitCode = status ?? 1
}
