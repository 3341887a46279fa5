// Pictures one after the other as a video, as the browser records it.

const TYPES = ["video/mp4;codecs=avc1.640028", "video/webm;codecs=vp9", "video/webm;codecs=vp8"];
const WIDEST = 1920; // pixels
const FRAMES = 30; // a second
const BITS = 8_000_000; // a second: lines stay sharp

/** The form that this browser can record, or undefined. */
export const videoType = () =>
  "MediaRecorder" in globalThis ? TYPES.find((type) => MediaRecorder.isTypeSupported(type)) : undefined;

/**
 * Each picture is shown for so long; what it takes to draw it is left out of the video.
 * @param {AsyncIterable<{file: Blob, width: number, height: number}>} pictures all of one size
 * @param {{seconds: number, type: string, signal: AbortSignal}} of once it is aborted, the video ends with the last picture
 * @returns {Promise<Blob|null>} null without a picture
 */
export async function recordVideo(pictures, { seconds, type, signal }) {
  const canvas = document.createElement("canvas");
  const ctx = canvas.getContext("2d");
  /** @type {MediaRecorder|null} */
  let recorder = null;
  const parts = [];
  for await (const { file, width, height } of pictures) {
    const image = await imageOf(file);
    if (!recorder) {
      const scale = Math.min(2, WIDEST / width);
      canvas.width = even(width * scale);
      canvas.height = even(height * scale);
      recorder = new MediaRecorder(canvas.captureStream(FRAMES), { mimeType: type, videoBitsPerSecond: BITS });
      recorder.ondataavailable = ({ data }) => parts.push(data);
      recorder.start();
    } else recorder.resume();
    await shown(() => ctx.drawImage(image, 0, 0, canvas.width, canvas.height), seconds, signal);
    recorder.pause();
    if (signal.aborted) break;
  }
  if (!recorder) return null;
  const stopped = new Promise((done) => recorder?.addEventListener("stop", done));
  recorder.stop();
  await stopped;
  return new Blob(parts, { type: type.split(";")[0] });
}

/** Draws anew in each frame, as a canvas that rests is not recorded; a frame later the last one is recorded, too. */
function shown(draw, seconds, signal) {
  return new Promise((done) => {
    const begun = performance.now();
    const next = () => {
      draw();
      const last = signal.aborted || performance.now() - begun >= 1000 * seconds;
      requestAnimationFrame(last ? done : next);
    };
    next();
  });
}

async function imageOf(file) {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Recorders take no odd sizes. */
const even = (pixels) => 2 * Math.round(pixels / 2);
