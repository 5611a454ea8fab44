// What the image is: its size, its labels, what is in it and what is not.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { IMAGE, inspectImage, NODE_IMAGE, noEngine, runContainer } from '../support/container.ts'
import { repositoryPath } from '../support/start-runtime.ts'

const MOST_BYTES = 120e6
/** OCI Data Science takes no more, of ENTRYPOINT and CMD together. */
const MOST_COMMAND_BYTES = 2048

const { version } = JSON.parse(readFileSync(repositoryPath('package.json'), 'utf8'))
const dockerfile = readFileSync(repositoryPath('Dockerfile'), 'utf8')

describe('the Dockerfile', () => {
  it('names no architecture', () => {
    assert.doesNotMatch(dockerfile, /amd64|arm64|x86_64|aarch64|\bx64\b/i)
  })

  it('is for the version of the package', () => {
    assert.match(dockerfile, new RegExp(`^ARG VERSION=${version.replaceAll('.', '\\.')}$`, 'm'))
  })
})

describe('the image', { skip: noEngine }, () => {
  it('is at most 120 MB larger than the image of Node', {
    skip: NODE_IMAGE === null && 'NODE_IMAGE is not set',
  }, async t => {
    const [{ sizeBytes }, base] = [await inspectImage(IMAGE), await inspectImage(String(NODE_IMAGE))]
    const added = sizeBytes - base.sizeBytes
    t.diagnostic(`${Math.round(added / 1e6)} MB on top of ${Math.round(base.sizeBytes / 1e6)} MB`)
    assert.ok(added <= MOST_BYTES, `${added} bytes`)
  })

  it('says what it is in its labels', async () => {
    const { labels } = await inspectImage(IMAGE)
    assert.equal(labels['org.opencontainers.image.title'], 'Scorehost')
    assert.equal(labels['org.opencontainers.image.version'], version)
    assert.equal(labels['org.opencontainers.image.licenses'], 'MIT')
    assert.ok(labels['org.opencontainers.image.description'])
    assert.equal(
      labels['io.scorehost.contracts'],
      'azureml pai-eas oci-data-science sagemaker vertex-ai kserve-v1 open-inference-protocol-v2',
    )
  })

  it('runs as a number that is not root, on port 5001, in the app root', async () => {
    const { user, ports, workingDirectory, entrypoint, command, healthcheck } = await inspectImage(IMAGE)
    assert.match(user, /^[1-9]\d*:\d+$/)
    assert.deepEqual(ports, ['5001/tcp'])
    assert.equal(workingDirectory, '/var/azureml-app')
    // not the word serve, by which SageMaker is recognised
    assert.deepEqual(command, ['scorehost', 'serve'])
    assert.ok(Buffer.byteLength([...entrypoint, ...command].join(' ')) < MOST_COMMAND_BYTES)
    assert.deepEqual(healthcheck, ['CMD', '/opt/scorehost/bin/healthcheck'])
  })

  it('leaves every variable to the platforms but those of its own', async () => {
    const { env } = await inspectImage(IMAGE)
    assert.deepEqual(
      env.filter(one => /^(AIP_|PORT=|WORKER_|AZUREML_|SAGEMAKER_)/.test(one)),
      [],
    )
    assert.ok(env.includes('AML_APP_ROOT=/var/azureml-app'))
    assert.ok(env.includes('SCOREHOST_DASHBOARD=off'))
  })

  it('has the programs it needs on its PATH, and of packages what is run', async () => {
    const script = `
      set -e
      command -v serve scorehost curl tini nginx node >/dev/null
      scorehost --version
      cd /opt/scorehost
      readlink /usr/local/bin/serve /usr/local/bin/scorehost
      ls bin
      find node_modules/onnxruntime-node/bin -name '*.node' | wc -l
      ls -d node_modules/typescript node_modules/@types test docs bench 2>/dev/null || true
      find . -name '*.map' -o -name '*.test.js' -o -name '*.onnx' ! -path './samples/iris/*'`
    const { stdout, stderr } = await runContainer({ command: ['sh', '-c', script] })
    const program = '/opt/scorehost/dist/cli/scorehost.js'
    assert.equal(
      stdout.trim(),
      [version, program, program, 'entrypoint', 'healthcheck', '1'].join('\n'),
      stderr,
    )
  })

  it('lets scorehost init and scorehost check find what they need', async () => {
    const script = 'cd /tmp && scorehost init mine && cd mine && scorehost check'
    const { exitCode, stdout, stderr } = await runContainer({ command: ['sh', '-c', script] })
    assert.equal(exitCode, 0, stderr)
    assert.match(stdout, /Wrote .*Dockerfile.*score\.ts/)
  })
})
