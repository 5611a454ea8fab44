// What nginx is told, and that nginx itself takes it.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { HEALTH_PATHS } from '../../runtime/health-paths.ts'
import { renderNginx } from '../../supervisor/front/nginx-config.ts'
import { settingsOf } from '../support/settings.ts'
import { repositoryPath } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const TEMPLATE = readFileSync(repositoryPath('nginx/nginx.conf.template'), 'utf8')

function render(folder: string, flags: Readonly<Record<string, string>> = {}): string {
  const settings = settingsOf({ flags, cpus: 2 })
  return renderNginx(TEMPLATE, settings, {
    folder,
    port: 5001,
    places: [join(folder, 'place-0.sock'), join(folder, 'place-1.sock')],
    ownPaths: HEALTH_PATHS.map(path => ({ path, shared: path === '/' })),
    user: null,
    openFiles: 1024,
  })
}

test('timeouts, limits and places are those of the settings', () => {
  const config = render('/run', { 'scoring-timeout-ms': '5000', 'max-body-bytes': '1234', host: '::1' })
  for (const line of [
    'proxy_read_timeout 6000ms;',
    'client_max_body_size 1234;',
    'listen [::1]:5001 backlog=1024;',
    'server unix:/run/place-1.sock max_fails=1 fail_timeout=1s;',
    'location = "/v2/health/ready" {',
  ])
    assert.ok(config.includes(line), line)
  assert.match(config, /"code":"ERR_SCORING_TIMEOUT","\$message_key":"Scoring took longer than 5000 ms/)
})

test('a name in the template that nobody fills in is an error', () => {
  const settings = settingsOf({})
  const surroundings = { folder: '/', port: 1, places: [], ownPaths: [], user: null, openFiles: 1 }
  assert.throws(
    () => renderNginx('@nothing@', settings, surroundings),
    /asks for nothing, which there is not/,
  )
})

const version = spawnSync('/usr/sbin/nginx', ['-v'], { encoding: 'utf8' }).stderr ?? ''
const noNginx = version.includes('nginx/') ? false : 'there is no nginx here'

test('nginx takes the configuration, whatever the settings', { skip: noNginx }, t => {
  for (const flags of [{}, { host: '::1' }, { 'scoring-timeout-ms': '86400000', 'max-body-bytes': '1' }]) {
    const folder = temporaryFolder(t)
    const file = join(folder, 'nginx.conf')
    writeFileSync(file, render(folder, flags))
    const { status, stderr } = spawnSync('/usr/sbin/nginx', ['-e', 'stderr', '-c', file, '-t'], {
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
  }
})
