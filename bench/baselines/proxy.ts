// What a user without nginx would put in front of an app: http-proxy with an agent that keeps connections. The target is the
// first argument.

import { Agent, createServer, ServerResponse } from 'node:http'
import httpProxy from 'http-proxy'
import { listenForParent } from './parent.ts'

const MAX_SOCKETS = 64

const [target = ''] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS })
const proxy = httpProxy.createProxyServer({ target, agent })
// a client that hangs up is one too
proxy.on('error', (_error, _request, response) => {
  if (response instanceof ServerResponse && !response.headersSent) response.writeHead(502)
  response.end()
})

listenForParent(createServer((request, response) => proxy.web(request, response)))
