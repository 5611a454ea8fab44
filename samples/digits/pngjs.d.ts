// The little of pngjs that the sample uses: the package brings no types of its own.

declare module 'pngjs' {
  export const PNG: {
    readonly sync: {
      /** @throws Error where the bytes are no whole PNG */
      read(bytes: Uint8Array): {
        readonly width: number
        readonly height: number
        /** Red, green, blue, alpha of each pixel, whatever the file holds. */
        readonly data: Uint8Array
      }
    }
  }
}
