// The baseline of large bodies: the least that reads one and answers with it.

import { createServer } from 'node:http'
import { readBody } from './body.ts'
import { listenForParent } from './parent.ts'

listenForParent(
  createServer((request, response) => {
    readBody(request, async body => {
      response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-length': body.length,
      })
      response.end(body)
    })
  }),
)
