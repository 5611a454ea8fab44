// The baseline of the benchmark: the least that answers the same. No routes, no limits, no deadlines, no errors.

import { createServer } from 'node:http'
import { readBody } from './body.ts'
import { loadIris } from './iris.ts'
import { listenForParent } from './parent.ts'

const score = await loadIris()

listenForParent(
  createServer((request, response) => {
    readBody(request, async body => {
      const answer = JSON.stringify(await score(JSON.parse(body.toString())))
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(answer),
      })
      response.end(answer)
    })
  }),
)
