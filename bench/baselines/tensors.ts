// The baseline of models: the least that takes a tensor of FP32 to a model and brings back what it says. The model is the
// first argument; it has one input, of a fixed shape, and one output.

import { createServer, type ServerResponse } from 'node:http'
import { Tensor } from 'onnxruntime-node'
import { readBody } from './body.ts'
import { listenForParent } from './parent.ts'
import { createSession } from './session.ts'

const session = await createSession(process.argv[2] ?? '')
const [input] = session.inputMetadata
const [output = ''] = session.outputNames
if (input?.isTensor !== true) throw new TypeError('the baseline takes a model with one tensor')
const shape = input.shape.map(Number)
const { name } = input

async function run(data: Float32Array): Promise<Float32Array> {
  const outputs = await session.run({ [name]: new Tensor('float32', data, shape) })
  return outputs[output]?.data as Float32Array // true: the models that are measured give FP32
}

/** `/binary` takes and gives the bytes of the tensor; `/json` takes a V2 request and gives `{"data"}`. */
listenForParent(
  createServer((request, response) => {
    readBody(request, async body => {
      if (request.url === '/binary') {
        const data = await run(new Float32Array(body.buffer, body.byteOffset, body.length / 4))
        const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
        send(response, 'application/octet-stream', bytes)
      } else {
        const { inputs } = JSON.parse(body.toString())
        const data = await run(Float32Array.from(inputs[0].data))
        send(response, 'application/json', Buffer.from(JSON.stringify({ data: Array.from(data) })))
      }
    })
  }),
)

function send(response: ServerResponse, contentType: string, body: Buffer): void {
  response.writeHead(200, { 'content-type': contentType, 'content-length': body.length })
  response.end(body)
}
