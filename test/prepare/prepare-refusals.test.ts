// What scorehost prepare refuses: before anything is written where it can be known, else with nothing put in place.

import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { deflateSync, gzipSync } from 'node:zlib'
import { tarOf, zipOf } from '../support/archives.ts'
import { preparing, unpackConfig } from '../support/preparing.ts'
import { runCli } from '../support/start-runtime.ts'

describe('a wrong configuration', () => {
  it('is told with everything that is wrong and missing, and nothing is written', async t => {
    const there = preparing(
      t,
      { 'iris/other.onnx': '', 'iris/notes.txt': '', file: '' },
      {
        Modles: {},
        Models: { 'iris:3': { Path: 'iris/model.onnx' }, 'two:1': { Path: 'file/x' } },
        Dependency: [
          { Path: 'none/x', ContainerPath: 'x' },
          { Path: '../elsewhere', ContainerPath: 'y' },
          { Path: '/etc/passwd', ContainerPath: 'z' },
        ],
      },
    )
    const { exitCode, stdout, stderr } = await there.run()
    const { from } = there
    assert.deepEqual(stderr.split('\n').slice(1), [
      '  the configuration: unknown key "Modles"; did you mean Models?',
      `  Models["iris:3"].Path: there is no ${from}/iris/model.onnx; in ${from}/iris there is notes.txt, other.onnx`,
      `  Models["two:1"].Path: there is no ${from}/file/x; ${from}/file is a file`,
      `  Dependency[0].Path: there is no ${from}/none/x; in ${from} there is file, iris/`,
      `  Dependency[1].Path: ${join(from, '../elsewhere')} does not lie in ${from}`,
      `  Dependency[2].Path: /etc/passwd does not lie in ${from}`,
    ])
    assert.match(stderr, /^scorehost: ERR_CONFIG_INVALID: \S+\/init\.json: 6 things are wrong\n/)
    assert.deepEqual([exitCode, stdout], [2, ''])
    assert(!existsSync(there.target))
  })

  it('one thing is one line', async t => {
    const there = preparing(t, {}, '{')
    const { exitCode, stderr } = await there.run()
    assert.match(stderr, /^scorehost: ERR_CONFIG_INVALID: \S+\/init\.json: it is not JSON: [^\n]+$/)
    assert.equal(exitCode, 2)
  })

  it('links that lead out of the source folder, nowhere or round in a circle', async t => {
    const there = preparing(
      t,
      { 'folder/sub/x': '' },
      {
        Dependency: [
          { Path: 'out', ContainerPath: 'a' },
          { Path: 'nowhere', ContainerPath: 'b' },
          { Path: 'folder', ContainerPath: 'c' },
        ],
      },
    )
    symlinkSync('/etc', join(there.from, 'out'))
    symlinkSync('none', join(there.from, 'nowhere'))
    symlinkSync('..', join(there.from, 'folder/sub/round'))
    const { exitCode, stderr } = await there.run()
    const { from } = there
    assert.deepEqual(stderr.split('\n').slice(1), [
      `  Dependency[0].Path: ${from}/out is a link to /etc, outside the source folder`,
      `  Dependency[1].Path: ${from}/nowhere is a link to none, which is not there`,
      `  Dependency[2].Path: ${from}/folder/sub/round is a link back to ${from}/folder, which it lies in`,
    ])
    assert.equal(exitCode, 2)
  })
})

describe('wrong flags', () => {
  const refused = [
    [[], '--config is missing; scorehost prepare --help says what it is'],
    [['--config', 'x'], '--from is missing; scorehost prepare --help says what it is'],
    [
      ['--config', 'x', '--from', '/nowhere'],
      '--from: the folder /nowhere cannot be read: ENOENT, it does not exist',
    ],
    [
      ['--config', 'x', '--from', '/dev/null/x'],
      "--from: the folder /dev/null/x cannot be read: ENOTDIR: not a directory, stat '/dev/null/x'",
    ],
    [['--config', 'x', '--from', '/dev/null'], '--from: /dev/null is no folder'],
    [['--config', '/nowhere', '--from', '/'], '--config: /nowhere cannot be read: ENOENT, it does not exist'],
    [['--config', 'x', '--form', '/'], 'unknown flag --form; did you mean --from?'],
    [['--config', 'x', '--from', '/', '--to='], '--to is empty'],
    [
      ['--config', 'x', '--from', '/', '--progress-ms', '1s'],
      '--progress-ms: "1s" is not a whole number of ms',
    ],
  ] as const
  for (const [words, message] of refused)
    it(words.join(' ') || 'none', async () => {
      const { exitCode, stderr } = await runCli(['prepare', ...words])
      assert.equal(stderr, `scorehost: ERR_CONFIG_INVALID: ${message}`)
      assert.equal(exitCode, 2)
    })

  it('a target folder in the source folder, also by way of a link', async t => {
    const there = preparing(t, {}, {})
    const link = join(there.from, '..', 'link')
    symlinkSync(there.from, link)
    for (const to of [there.from, join(there.from, 'a/b'), join(link, 'a'), join(there.from, '..')]) {
      const { exitCode, stderr } = await there.run('--to', to)
      assert.match(stderr, /must not lie in one another$/)
      assert.equal(exitCode, 2)
    }
    assert.deepEqual(readdirSync(there.from), [])
  })
})

/** Big enough that it is not all in the first chunk that is read. */
const LONG = 'x'.repeat(3_000_000)

const TARS = [
  ['a member above', tarOf([{ path: '../evil', text: 'x' }]), /"\.\.\/evil" leads out of the folder/],
  ['a member above, hidden', tarOf([{ path: 'a/../../evil', text: 'x' }]), /leads out of the folder/],
  ['an absolute path', tarOf([{ path: '/abs', text: 'x' }]), /"\/abs" is an absolute path/],
  ['a link outside', tarOf([{ path: 'l', type: 'SymbolicLink', linkpath: '../..' }]), /which is outside/],
  ['an absolute link', tarOf([{ path: 'l', type: 'SymbolicLink', linkpath: '/tmp' }]), /not a relative path/],
  [
    'a file through a link',
    tarOf([
      { path: 'd/', type: 'Directory' },
      { path: 'l', type: 'SymbolicLink', linkpath: 'd' },
      { path: 'l/evil', text: 'x' },
    ]),
    /code\/l\/evil lies below code\/l, which is a link of Dependency\[0\]/,
  ],
  [
    'a link through a link to above',
    tarOf([
      { path: 'd/up', type: 'SymbolicLink', linkpath: '..' },
      { path: 'l', type: 'SymbolicLink', linkpath: 'd/up/../..' },
    ]),
    /has "\.\." behind a name/,
  ],
  [
    'a hard link outside',
    tarOf([{ path: 'h', type: 'Link', linkpath: '../../outside' }]),
    /leads out of the folder/,
  ],
  [
    'a hard link to an absolute path',
    tarOf([{ path: 'h', type: 'Link', linkpath: '/etc/passwd' }]),
    /"\/etc\/passwd" is an absolute path/,
  ],
  [
    'a hard link to a symbolic link',
    tarOf([
      { path: 'l', type: 'SymbolicLink', linkpath: 'x' },
      { path: 'h', type: 'Link', linkpath: 'l' },
    ]),
    /h is a hard link to "l", which is no file before it/,
  ],
  [
    'a device',
    tarOf([{ path: 'dev', type: 'CharacterDevice' }]),
    /neither file, folder nor link, but CharacterDevice/,
  ],
  ['a pipe', tarOf([{ path: 'pipe', type: 'FIFO' }]), /neither file, folder nor link, but FIFO/],
  ['a member twice', tarOf([{ path: 'x' }, { path: './x' }]), /code\/x is in it twice/],
  ['a file where a folder is', tarOf([{ path: 'x/y' }, { path: 'x' }]), /code\/x is in it twice/],
  ['a name with a backslash', tarOf([{ path: 'a\\b' }]), /has a backslash/],
  [
    'an archive that is cut off',
    tarOf([{ path: 'x', text: LONG }]).subarray(0, 2_000_000),
    /Truncated input/,
  ],
  ['an archive without its end', tarOf([{ path: 'x' }]).subarray(0, 512), /its end is missing/],
  ['no archive', Buffer.from(LONG), /checksum failure/],
  ['an empty file', Buffer.alloc(0), /Unrecognized archive format/],
  ['a tar in gzip', gzipSync(tarOf([{ path: 'x' }])), /what is to be tar is compressed/],
] as const

describe('an archive with tar', () => {
  for (const [what, archive, message] of TARS)
    it(`with ${what} is refused, and nothing put in place`, async t => {
      const other = { Content: '', ContainerPath: 'other' }
      const config = { Dependency: [...unpackConfig('a.tar', 'Tar').Dependency, other] }
      const there = preparing(t, { 'a.tar': archive }, config)
      const before = readdirSync(join(there.from, '..'))
      const { exitCode, stderr } = await there.run()
      assert.match(stderr, /^scorehost: ERR_PREPARE_FAILED: Dependency\[0\]: a\.tar -> \/code: /)
      assert.match(stderr, message)
      assert.equal(exitCode, 3)
      assert.deepEqual(readdirSync(there.target), [])
      assert.deepEqual(readdirSync(join(there.from, '..')), [...before, 'target'])
    })

  const gzipped = [
    ['cut off', gzipSync(tarOf([{ path: 'x', text: LONG }])).subarray(0, -100), /unexpected end of file/],
    ['damaged', damaged(gzipSync(tarOf([{ path: 'x', text: LONG }]))), /incorrect|invalid/],
    ['without gzip', tarOf([{ path: 'x' }]), /incorrect header check/],
    ['with zlib', deflateSync(tarOf([{ path: 'x' }])), /incorrect header check/],
  ] as const
  for (const [what, archive, message] of gzipped)
    it(`as TarGz ${what} is refused`, async t => {
      const there = preparing(t, { 'a.tgz': archive }, unpackConfig('a.tgz', 'TarGz'))
      const { exitCode, stderr } = await there.run()
      assert.match(stderr, message)
      assert.equal(exitCode, 3)
      assert.deepEqual(readdirSync(there.target), [])
    })
})

const ZIPS = [
  ['a member above', zipOf([{ name: '../evil', text: 'x' }]), /invalid relative path: \.\.\/evil/],
  ['an absolute path', zipOf([{ name: '/abs', text: 'x' }]), /absolute path: \/abs/],
  ['a name with a backslash', zipOf([{ name: 'a\\b', text: 'x' }]), /invalid characters in fileName: a\\b/],
  ['a member twice', zipOf([{ name: 'x', text: 'x' }, { name: 'x' }]), /code\/x is in it twice/],
  ['a password', zipOf([{ name: 'x', text: 'x', flags: 1 }]), /"x" is encrypted/],
  ['a link outside', zipOf([{ name: 'l', text: '../..', mode: 0o120777 }]), /which is outside/],
  [
    'a file through a link',
    zipOf([
      { name: 'l', text: '.', mode: 0o120777 },
      { name: 'l/evil', text: 'x' },
    ]),
    /code\/l\/evil lies below code\/l, which is a link/,
  ],
  ['a device', zipOf([{ name: 'dev', mode: 0o020666 }]), /"dev" is neither file, folder nor link/],
  ['a wrong checksum', zipOf([{ name: 'x', text: 'x', checksum: 1 }]), /"x" is damaged/],
  [
    'its end cut off',
    zipOf([{ name: 'x', text: 'x' }]).subarray(0, -10),
    /not a zip file, or file is truncated/,
  ],
  ['no zip in it', Buffer.from(LONG), /not a zip file, or file is truncated/],
] as const

describe('a zip archive', () => {
  for (const [what, archive, message] of ZIPS)
    it(`with ${what} is refused, and nothing put in place`, async t => {
      const there = preparing(t, { 'a.zip': archive }, unpackConfig('a.zip', 'zip'))
      const { exitCode, stderr } = await there.run()
      assert.match(stderr, /^scorehost: ERR_PREPARE_FAILED: Dependency\[0\]: a\.zip -> \/code: /)
      assert.match(stderr, message)
      assert.equal(exitCode, 3)
      assert.deepEqual(readdirSync(there.target), [])
    })
})

it('an archive may not bring what another entry brings', async t => {
  const there = preparing(
    t,
    { 'a.tar': tarOf([{ path: 'main.js', text: 'x' }]) },
    {
      Dependency: [
        { Path: 'a.tar', ContainerPath: '/', UnpackType: 'Tar' },
        { Content: '', ContainerPath: 'main.js' },
      ],
    },
  )
  const { exitCode, stderr } = await there.run()
  assert.match(stderr, /Dependency\[0\]: a\.tar -> \/: main\.js is of Dependency\[1\] already$/)
  assert.equal(exitCode, 3)
})

it('a target folder that cannot be made or written is said, with the user', {
  skip: process.geteuid?.() === 0,
}, async t => {
  const there = preparing(t, {}, { Dependency: [{ Content: '', ContainerPath: 'x' }] })
  mkdirSync(there.target)
  chmodSync(there.target, 0o555)
  const { exitCode, stderr } = await there.run()
  assert.match(stderr, /ERR_PREPARE_FAILED: .*EACCES, permission denied to uid \d+$/)
  assert.equal(exitCode, 3)
})

it('a target that is a file is no folder', async t => {
  const there = preparing(t, {}, {})
  writeFileSync(there.target, '')
  const { exitCode, stderr } = await there.run()
  assert.match(stderr, /ERR_PREPARE_FAILED: the target folder \S+ cannot be made: /)
  assert.equal(exitCode, 3)
})

/** With one byte changed in the middle. */
function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const middle = copy.length >> 1
  copy.writeUInt8((copy.at(middle) ?? 0) ^ 0xff, middle)
  return copy
}
