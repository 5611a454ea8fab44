// OpenTelemetry's API, the copy that its SDK has: the SDK requires it, and an import would load all of it a second time.

import { createRequire } from 'node:module'

// the types of the same copy
type Api = typeof import('@opentelemetry/api', { with: { 'resolution-mode': 'require' }})
export type Context = import('@opentelemetry/api', { with: { 'resolution-mode': 'require' }}).Context
export type Span = import('@opentelemetry/api', { with: { 'resolution-mode': 'require' }}).Span
export type Tracer = import('@opentelemetry/api', { with: { 'resolution-mode': 'require' }}).Tracer

export const api: Api = createRequire(import.meta.url)('@opentelemetry/api')
