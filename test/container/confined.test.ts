// The image where root, a writable disk, capabilities and the network are forbidden; and what it does where they are not.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { engineText, noEngine, startContainer } from '../support/container.ts'

const CONFINED = [
  ...['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
  ...['--network', 'none', '--security-opt', 'no-new-privileges'],
]
const FLOWERS = { data: [[5.1, 3.5, 1.4, 0.2]] }
const LISTENING = '0A'
const FRONT_PORT_HEX = (5001).toString(16).padStart(4, '0').toUpperCase()

/** Addresses of a table of sockets in /proc/net, of those that listen or of all. */
function sockets(table: string, state?: string): string[] {
  const rows = table.split('\n').filter(line => /^\s*\d+:/.test(line))
  return rows
    .map(row => row.trim().split(/\s+/))
    .filter(columns => state === undefined || columns[3] === state)
    .flatMap(columns => (state === undefined ? columns.slice(1, 3) : columns.slice(1, 2)))
}

/** All zeroes: what listens everywhere, and the other end of what is not connected. */
function isUnspecified(address: string): boolean {
  return /^0+:/.test(address)
}

/** Not this container's own 127.0.0.0/8 or ::1, which the kernel writes in the machine's order of bytes, here the smallest first. */
function isOutside(address: string): boolean {
  return !/^(0{16}FFFF0000)?[0-9A-F]{6}7F:|^0{24}01000000:/.test(address)
}

describe('a confined container', { skip: noEngine }, () => {
  for (const user of ['0', '1000', '54321:0', '54321:54321']) {
    it(`works as ${user}, without HOME`, async () => {
      await using container = await startContainer({
        options: [...CONFINED, '--user', user, '--entrypoint', ''],
        command: ['env', '-u', 'HOME', 'scorehost', 'serve'],
      })
      assert.deepEqual((await container.scoreInside(FLOWERS))['classes'], ['setosa'])
      assert.match(await container.exec('scorehost', 'status'), /^ready on port 5001/)
      assert.match(await container.exec('scorehost', 'reload'), /reloaded/)
      assert.equal(await container.sh('curl -s -o /dev/null -w "%{http_code}" localhost:5001/docs/'), '200')
      await container.exec('/opt/scorehost/bin/healthcheck')
      const problems = container.log
        .filter(({ level }) => /warn|error|fatal/.test(level))
        .map(({ msg }) => msg)
      assert.deepEqual(
        problems.filter(msg => !msg.includes('this is a sample')),
        [],
      )
      assert.equal((await container.processes()).get(1), 'tini')
      assert.equal(await container.stop(), 0)
    })
  }
})

describe('a container that may do as it likes', { skip: noEngine }, () => {
  it('writes only below /tmp, and talks to nobody', async () => {
    await using container = await startContainer({ options: ['--user', '0'] })
    await container.scoreInside(FLOWERS)
    await container.sh('curl -s -o /dev/null localhost:5001/docs/')
    const tables = await container.sh('cat /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6')
    const listening = sockets(tables, LISTENING)
    assert.ok(listening.includes(`00000000:${FRONT_PORT_HEX}`), `${listening} has not the front's port`)
    const toBeReached = listening.filter(address => !address.endsWith(`:${FRONT_PORT_HEX}`))
    assert.deepEqual(toBeReached.filter(isOutside), [])
    // nobody is connected but client and front, front and worker
    assert.deepEqual(
      sockets(tables).filter(address => isOutside(address) && !isUnspecified(address)),
      [],
    )
    assert.deepEqual(await changedFiles(container.name), [])
  })

  it('writes into /tmp what has its name, and takes that away', async () => {
    await using container = await startContainer({})
    await container.scoreInside(FLOWERS)
    const names = (await container.sh('ls -A /tmp')).split('\n')
    assert.ok(names.includes('scorehost-5001.sock'))
    assert.deepEqual(
      names.filter(name => !name.startsWith('scorehost-')),
      [],
    )
    await container.stop()
    assert.deepEqual(
      (await engineText('diff', container.name)).split('\n').filter(line => / \/tmp\//.test(line)),
      [],
    )
  })
})

/** What an engine itself makes in a container. */
const ENGINES_OWN =
  /^\/(etc(\/(hosts|hostname|resolv\.conf|mtab))?|run(\/(\.containerenv|secrets))?|\.dockerenv|(proc|sys|dev)(\/.*)?)$/

/** What a container has made, changed or removed outside /tmp. */
async function changedFiles(name: string): Promise<string[]> {
  const lines = (await engineText('diff', name)).split('\n').filter(line => line !== '')
  return lines.filter(line => !/^\w \/tmp(\/|$)/.test(line) && !ENGINES_OWN.test(line.slice(2)))
}
