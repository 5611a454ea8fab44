// What a content type says of a body.

/** The media type of a content type, in lower case and without parameters; empty where there is none. */
export function mediaTypeOf(contentType: string | null | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/**
 * Whether a body of this media type is read as JSON. One without a type is, and so is one with curl's default, the form type: what is
 * sent to a scoring service with `curl -d` is JSON all but always.
 */
export function isJsonType(mediaType: string): boolean {
  return mediaType === '' || mediaType === 'application/x-www-form-urlencoded' || /[/+]json$/.test(mediaType)
}
