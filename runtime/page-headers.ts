// Headers of pages for people: what a page may load, and from where. Nothing comes from elsewhere.

/** What a page has beside its own files, in the words of the policy. */
export interface PageSources {
  readonly style?: string
  readonly image?: string
  /** Unset: it has no fonts. */
  readonly font?: string
}

/** @see https://www.w3.org/TR/CSP3/ */
export function pageHeaders({ style = '', image = '', font }: PageSources = {}) {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${style}`.trim(),
    `img-src 'self' ${image}`.trim(),
    ...(font === undefined ? [] : [`font-src 'self' ${font}`.trim()]),
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ]
  return {
    'content-security-policy': policy.join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
}
