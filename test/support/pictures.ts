// Pictures to upload: painted by a test, or repainted in other colours.

import { createRequire } from 'node:module'

export type Rgba = readonly [red: number, green: number, blue: number, alpha: number]

interface PngImage {
  readonly width: number
  readonly height: number
  readonly data: Buffer
}

/** The package has no declarations; this is what is used of it. */
interface Pngjs {
  readonly PNG: {
    new (size: { width: number; height: number }): PngImage
    readonly sync: { read(bytes: Buffer): PngImage; write(image: PngImage): Buffer }
  }
}

const { PNG } = createRequire(import.meta.url)('pngjs') as Pngjs // true: as far as it goes

/** A grey picture. */
export function paint(width: number, height: number, greyAt: (x: number, y: number) => number): Buffer {
  const image = new PNG({ width, height })
  for (let pixel = 0; pixel < width * height; pixel++) {
    const grey = greyAt(pixel % width, Math.floor(pixel / width))
    image.data.set([grey, grey, grey, 255], pixel * 4)
  }
  return PNG.sync.write(image)
}

/** A picture that is dark on white, with other colours for the same ink. */
export function repainted(bytes: Buffer, colour: (ink: number) => Rgba): Buffer {
  const image = PNG.sync.read(bytes)
  for (let offset = 0; offset < image.data.length; offset += 4)
    image.data.set(colour(255 - (image.data[offset] ?? 255)), offset)
  return PNG.sync.write(image)
}
