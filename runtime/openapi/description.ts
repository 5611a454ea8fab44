// Which description of the service answers which version: the author's own file, else the one that is made.

import type { ServiceInfo } from '../scoring.ts'
import { type OpenApiVersion, serviceDocument } from './document.ts'

/** A description is made once: the schemas of a service do not change while it runs. */
const made = new WeakMap<ServiceInfo, Map<OpenApiVersion | null, string>>()

/**
 * JSON text of the description.
 *
 * @param asked Version of the description; null where the client does not say, which gives the author's `swagger.json`, or 2.0.
 */
export function describeService(service: ServiceInfo, asked: OpenApiVersion | null): string {
  const known = made.get(service) ?? new Map<OpenApiVersion | null, string>()
  made.set(service, known)
  const text =
    known.get(asked) ??
    ownDescription(service, asked) ??
    JSON.stringify(serviceDocument(service, asked ?? '2'))
  known.set(asked, text)
  return text
}

function ownDescription({ ownDescriptions }: ServiceInfo, asked: OpenApiVersion | null): string | undefined {
  const plain = ownDescriptions.get('swagger.json')
  if (asked === null) return plain ?? ownDescriptions.get('swagger2.json')
  return (
    ownDescriptions.get(`swagger${asked}.json`) ??
    (plain !== undefined && isOfVersion(plain, asked) ? plain : undefined)
  )
}

function isOfVersion(text: string, asked: OpenApiVersion): boolean {
  const { swagger, openapi }: { swagger?: unknown; openapi?: unknown } = JSON.parse(text)
  return asked === '2' ? swagger === '2.0' : typeof openapi === 'string' && openapi.startsWith(asked)
}
