/** The longer side of a photo that is sent, pixels: a lock can be read, and a slow network carries it. */
const LONGEST = 1_600;

/** The longer side of a picture of a face, pixels: enough to know somebody by. */
export const FACE_LONGEST = 480;

const QUALITY = 0.82;

/**
 * Returns a picture small enough to be sent, drawn anew: upright, and without what the camera wrote beside
 * it. One that cannot be drawn here is sent as it is; the server judges it.
 */
export async function smaller(file: Blob, longest = LONGEST): Promise<Blob> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return file;
  }
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const drawn = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY));
  return drawn ?? file;
}
