// The baseline of streams: the pieces of bench/modules/stream, each written in a turn of the event loop of its own.

import { createServer } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { readBody } from './body.ts'
import { listenForParent } from './parent.ts'

const PIECES = 20
const PIECE = 'x'.repeat(200)

listenForParent(
  createServer((request, response) => {
    readBody(request, async () => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      for (let piece = 0; piece < PIECES; piece++) {
        await nextTurn()
        response.write(PIECE)
      }
      response.end()
    })
  }),
)
