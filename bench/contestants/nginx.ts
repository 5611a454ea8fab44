// The plain nginx that a user would put in front of two servers: connections kept on both sides, each request to the next server.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from '../../runtime/find-program.ts'
import { endWithBench } from '../children.ts'
import { freePort } from '../free-port.ts'
import { processTree } from '../process-tree.ts'

/** Where distributions put it. */
const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/bin', '/usr/local/bin']
const START_MS = 10_000

export interface Nginx extends AsyncDisposable {
  readonly url: string
  readonly pid: number
}

/** @returns null where it is not installed */
export function findNginx(): string | null {
  return findProgram('nginx', USUAL_FOLDERS)
}

/**
 * @param folder Where it may make a folder of its own.
 * @param servers Each as in nginx's upstream: 127.0.0.1:port or unix:path.
 * @throws Error where it does not start
 */
export async function startNginx(folder: string, servers: readonly string[]): Promise<Nginx> {
  const own = mkdtempSync(join(folder, 'nginx-'))
  const port = await freePort()
  const file = join(own, 'nginx.conf')
  writeFileSync(file, configuration(own, port, servers))
  // its own log is standard error before it has read which one it is to use
  const child = spawn(findNginx() ?? 'nginx', ['-e', 'stderr', '-p', own, '-c', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  endWithBench(child, 'SIGTERM')
  let written = ''
  child.stderr.on('data', chunk => {
    written += chunk
  })
  const exit = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    await exit
  }
  const deadline = performance.now() + START_MS
  // it listens before it has the worker that answers
  while (!(await accepts(port)) || processTree(child.pid ?? 0).length < 2) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop()
      throw new Error(`nginx did not start: ${written.trim()}`)
    }
    await sleep(10)
  }
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, [Symbol.asyncDispose]: stop }
}

function configuration(folder: string, port: number, servers: readonly string[]): string {
  // else its worker is nobody, who may not write here nor use the sockets
  const user = process.geteuid?.() === 0 ? `user ${userInfo().username};` : ''
  return `daemon off;
${user}
pid ${folder}/nginx.pid;
error_log stderr error;
events {
  worker_connections 8192;
}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_max_body_size 100m;
  upstream servers {
${servers.map(server => `    server ${server};`).join('\n')}
    keepalive 512;
    keepalive_requests 1000000;
  }
  server {
    listen 127.0.0.1:${port};
    keepalive_requests 1000000;
    location / {
      proxy_pass http://servers;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
