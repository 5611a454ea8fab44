// What a deployment file and its platform give a container, and the same with ports and folders of this machine.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { SETTINGS } from '../../runtime/settings-table.ts'
import { imageCommand, imageEnvironment } from './image.ts'

export interface Deployed {
  /** The file's and the platform's, on top of the image's. */
  readonly env: Readonly<Record<string, string>>
  /** In place of the image's CMD; absent: that. */
  readonly args?: readonly string[]
  /** Where the platform sends its requests. */
  readonly port: number
  /** The variable or argument that tells the container so; null: the platform goes by the image's own port. */
  readonly portIs: string | null
  readonly liveness: string
  readonly readiness: string
  /** From SIGTERM to SIGKILL. */
  readonly graceSeconds: number
}

export interface Place {
  readonly port: number
  /** Folders of this machine by the paths that stand for them in a container. */
  readonly folders: Readonly<Record<string, string>>
}

export interface Placed {
  readonly env: Readonly<Record<string, string>>
  readonly args: readonly string[]
}

/** Environment and arguments as the platform gives them, but for the port and the folders. */
export function placed(deployed: Deployed, { port, folders }: Place): Placed {
  const env: Record<string, string> = { ...imageEnvironment(), ...deployed.env }
  const args = [...(deployed.args ?? imageCommand())]
  if (deployed.portIs === null) {
    assert.equal(deployed.port, SETTINGS.port.default, 'the port is that of the image')
    env['SCOREHOST_PORT'] = String(port)
  } else if (deployed.portIs.startsWith('--')) {
    const index = args.indexOf(`${deployed.portIs}=${deployed.port}`)
    assert(index >= 0, `${deployed.portIs}=${deployed.port} is among the arguments`)
    args[index] = `${deployed.portIs}=${port}`
  } else {
    assert.equal(env[deployed.portIs], String(deployed.port), deployed.portIs)
    env[deployed.portIs] = String(port)
  }
  for (const [path, folder] of Object.entries(folders)) {
    const named = new RegExp(`(?<![\\w-])${path}(?![\\w-])`, 'g')
    const isNamed = [...Object.values(env), ...args].some(text => text.search(named) >= 0)
    for (const [name, value] of Object.entries(env)) env[name] = value.replace(named, folder)
    for (const [index, value] of args.entries()) args[index] = value.replace(named, folder)
    // the runtime looks at this path by itself where the platform always mounts at the same one; here it has to be told
    if (!isNamed) env['AZUREML_MODEL_DIR'] = folder
  }
  return { env, args }
}

/** A port of this machine that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert(typeof address === 'object' && address !== null)
  server.close()
  await once(server, 'close')
  return address.port
}
