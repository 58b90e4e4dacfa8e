// Camera, finder and pointer together: looks for the hand in one picture after the other until it is told to stop.
import { HandTrouble, openCamera } from './camera.ts';
import type { Hand } from './hand.ts';
import { HandFinder } from './hand_finder.ts';
import { HandPointer, type Pointer } from './hand_pointer.ts';

const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

interface Watcher {
  onLoading(): void;
  onLook(hand: Hand | null, pointer: Pointer | null): void;
}

// Resolves after the signal, with everything freed. Rejects with HandTrouble, or with what the finder said.
export async function watchHand(video: HTMLVideoElement, signal: AbortSignal, watcher: Watcher): Promise<void> {
  let lost = false;
  await openCamera(video, signal, () => (lost = true));
  if (signal.aborted) return;
  watcher.onLoading();
  const finder = await HandFinder.open();
  try {
    const pointer = new HandPointer();
    let shown = -1;
    while (!signal.aborted && !lost) {
      const now = await nextFrame();
      if (video.currentTime === shown || !video.videoHeight) continue;
      shown = video.currentTime;
      const hand = await finder.find(video);
      if (!signal.aborted) watcher.onLook(hand, pointer.see(hand, video.videoWidth / video.videoHeight, now / 1000));
    }
  } finally {
    await finder.close();
  }
  if (lost && !signal.aborted) throw new HandTrouble('hand.trouble.lost');
}
