// The description of a service as a test looks at it.

import { type OpenApiVersion, serviceDocument } from '../../runtime/openapi/document.ts'
import type { ServiceInfo } from '../../runtime/scoring.ts'

/** A service that says nothing of itself. */
export const SERVICE: ServiceInfo = {
  name: 'iris',
  version: '7',
  moduleName: 'scorehost',
  v2ServerName: 'scorehost',
  runtimeVersion: '0',
  pathPrefix: '',
  asksForKey: false,
  inputSchema: null,
  outputSchema: null,
  inputSample: undefined,
  outputSample: undefined,
  ownDescriptions: new Map(),
}

/** A tree of JSON, to look into. */
export interface Json {
  readonly [name: string]: Json
}

/** The description, made, of a service of which this is known. */
export function documentOf(service: Partial<ServiceInfo>, version: OpenApiVersion): Json {
  return JSON.parse(JSON.stringify(serviceDocument({ ...SERVICE, ...service }, version)))
}
