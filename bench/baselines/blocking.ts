// The baseline of requests that block: its event loop stands still for as long as the body says.

import { createServer } from 'node:http'
import { readBody } from './body.ts'
import { listenForParent } from './parent.ts'

listenForParent(
  createServer((request, response) => {
    readBody(request, async body => {
      const { blockMs } = JSON.parse(body.toString())
      for (const end = performance.now() + blockMs; performance.now() < end; );
      const answer = JSON.stringify({ blockMs })
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(answer),
      })
      response.end(answer)
    })
  }),
)
