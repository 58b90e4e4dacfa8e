// The camera, asked for when it is wanted and let go of at once when it is not.
import type { Key } from '../../i18n/index.ts';

// What keeps the hand from painting, as the key of the sentence that says so.
export class HandTrouble extends Error {
  constructor(readonly key: Key) {
    super(key);
  }
}

const troubleOf = (reason: unknown): Key => {
  const name = reason instanceof DOMException ? reason.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'hand.trouble.denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'hand.trouble.no_camera';
  return 'hand.trouble.busy';
};

const wanted: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } },
};

// Shows the camera's picture in video until the signal. onLost: the camera was taken away.
export async function openCamera(video: HTMLVideoElement, signal: AbortSignal, onLost: () => void): Promise<void> {
  if (!('mediaDevices' in navigator)) throw new HandTrouble('hand.trouble.insecure');
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia(wanted);
  } catch (reason) {
    throw new HandTrouble(troubleOf(reason));
  }
  const release = () => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  if (signal.aborted) return release();
  signal.addEventListener('abort', release);
  stream.getVideoTracks()[0]?.addEventListener('ended', onLost);
  video.srcObject = stream;
  await video.play();
  // Outside the page, where the tracker lives, a video is known by these alone.
  video.width = video.videoWidth;
  video.height = video.videoHeight;
}
