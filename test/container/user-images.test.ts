// Images that users make from this one: samples/docker, what scorehost init writes, and packages that are copied along.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import {
  engineOutput,
  engineText,
  IMAGE,
  noEngine,
  published,
  runContainer,
  scoreAt,
  startContainer,
} from '../support/container.ts'
import { answeredCommands, comparable, runLine } from '../support/readme-commands.ts'
import { repositoryPath, runCli } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const SAMPLES = ['module', 'packages', 'models']
/** As a cluster may run them. */
const RESTRICTED = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--user', '54321:0']

/** Builds a folder's Dockerfile on the image that is tested. Gone after the test. */
async function buildImage(t: TestContext, folder: string): Promise<string> {
  const dockerfile = join(temporaryFolder(t), 'Dockerfile')
  const text = readFileSync(join(folder, 'Dockerfile'), 'utf8')
  writeFileSync(dockerfile, text.replace(/^FROM scorehost$/m, `FROM ${IMAGE}`))
  const name = `scorehost-test-image:${randomUUID()}`
  t.after(() => engineOutput('rmi', '--force', name))
  await engineText('build', '--file', dockerfile, '--tag', name, folder)
  return name
}

/** A folder with these files. */
function folderWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder(t)
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  return folder
}

const DOCKERFILE = 'FROM scorehost\nCOPY . /var/azureml-app\n'

describe('an image of samples/docker', { skip: noEngine }, () => {
  const commands = answeredCommands('samples/docker/README.md')
  for (const [nth, sample] of SAMPLES.entries()) {
    it(`${sample} answers as its README says`, async t => {
      const image = await buildImage(t, repositoryPath(`samples/docker/${sample}`))
      await using container = await startContainer({ image, options: [...RESTRICTED, ...published()] })
      const { command, answer } = commands[nth] ?? { command: '', answer: '' }
      const given = await runLine(command.replace('localhost:5001', await container.url()))
      assert.deepEqual(JSON.parse(comparable(given)), JSON.parse(comparable(answer)), command)
      assert.doesNotMatch(JSON.stringify(container.log), /this is a sample/)
    })
  }
})

describe('an image of a Dockerfile of three lines', { skip: noEngine }, () => {
  it('that scorehost init wrote serves what it wrote', async t => {
    const folder = join(temporaryFolder(t), 'mine')
    assert.equal((await runCli(['init', folder])).exitCode, 0)
    const image = await buildImage(t, folder)
    await using container = await startContainer({ image, options: [...RESTRICTED, ...published()] })
    assert.deepEqual(await scoreAt(await container.url(), { data: [[1, 2]] }), { sums: [3] })
  })

  it('takes packages that are copied along, and has those of its own for whoever has none', async t => {
    const folder = folderWith(t, {
      Dockerfile: DOCKERFILE,
      'package.json': '{"type":"module","dependencies":{"adder":"1.0.0"}}',
      'node_modules/adder/package.json': '{"name":"adder","version":"1.0.0","main":"index.js"}',
      'node_modules/adder/index.js': 'exports.add = (a, b) => a + b',
      'main.js': `import { add } from 'adder'
        import { InferenceSession } from 'onnxruntime-node'
        let session
        export const init = async ({ modelPath }) => {
          session = await InferenceSession.create(modelPath('iris') + '/model.onnx')
        }
        export const input = true
        export const run = ({ a, b }) => ({ sum: add(a, b), inputs: session.inputNames })`,
    })
    cpSync(repositoryPath('samples/iris/azureml-models'), join(folder, 'azureml-models'), { recursive: true })
    const image = await buildImage(t, folder)
    await using container = await startContainer({ image, options: [...RESTRICTED, ...published()] })
    assert.deepEqual(await scoreAt(await container.url(), { a: 1, b: 2 }), { sum: 3, inputs: ['input'] })
  })

  it('without a module and models ends with 3 and serves no sample', async t => {
    const image = await buildImage(t, folderWith(t, { Dockerfile: DOCKERFILE, 'data.csv': '' }))
    const { exitCode, stdout, stderr } = await runContainer({ image })
    assert.equal(exitCode, 3)
    assert.match(
      stdout + stderr,
      /looked in \/var\/azureml-app for main\.js, .*; it has Dockerfile, data\.csv; and no model/,
    )
  })
})
