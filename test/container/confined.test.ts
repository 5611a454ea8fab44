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
const FRONT_PORT = 5001
const WORKER_PORT = 9090

/** Addresses of a table of sockets in /proc/net, of those that listen or of all. */
function sockets(table: string, state?: string): string[] {
  const rows = table.split('\n').filter(line => /^\s*\d+:/.test(line))
  return rows
    .map(row => row.trim().split(/\s+/))
    .filter(columns => state === undefined || columns[3] === state)
    .flatMap(columns => (state === undefined ? columns.slice(1, 3) : columns.slice(1, 2)))
}

/** As 0100007F:2382 or 0000…:1389 has it, of the bytes of the machine's order. */
function portOf(address: string): number {
  return Number.parseInt(address.split(':')[1] ?? '', 16)
}

describe('a confined container', { skip: noEngine }, () => {
  for (const user of ['0', '1000', '54321:0', '54321:54321']) {
    it(`works as ${user}, without HOME`, async () => {
      await using container = await startContainer({
        options: [...CONFINED, '--user', user, '--entrypoint', ''],
        command: ['env', '-u', 'HOME', 'serve'],
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
    const ports = new Set(sockets(tables, LISTENING).map(portOf))
    const workers = [...ports].filter(port => port !== FRONT_PORT)
    assert.ok(ports.has(FRONT_PORT))
    for (const port of workers)
      assert.ok(port >= WORKER_PORT && port < WORKER_PORT + 100, `port ${port} listens`)
    // 127.0.0.0/8 and the unspecified address, in the machine's order of bytes; in IPv6 as mapped or ::1
    const outside = sockets(tables).filter(
      address => !/^(0{24}|0{16}FFFF0000)?([0-9A-F]{6}7F|0{8}):|^0{31}1:|^0{24}01000000:/.test(address),
    )
    assert.deepEqual(outside, [])
    assert.deepEqual(await changedFiles(container.name), [])
  })

  it('leaves nothing in /tmp but the socket of the supervisor, and takes that away', async () => {
    await using container = await startContainer({})
    await container.scoreInside(FLOWERS)
    assert.equal(await container.sh('ls -A /tmp'), 'scorehost-5001.sock')
    await container.stop()
    assert.deepEqual(
      (await engineText('diff', container.name)).split('\n').filter(line => / \/tmp\//.test(line)),
      [],
    )
  })
})

/** What a container has made, changed or removed outside /tmp; folders that an engine itself puts something into are left out. */
async function changedFiles(name: string): Promise<string[]> {
  const lines = (await engineText('diff', name)).split('\n').filter(line => line !== '')
  return lines.filter(line => !/^\w \/(tmp|etc|run|var\/run|proc|sys|dev)(\/|$)/.test(line))
}
