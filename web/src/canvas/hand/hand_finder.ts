// Finds a hand in a picture: MediaPipe Hands (Zhang et al. 2020), fetched from this server, where it lies as a model of the catalogue.
// It runs in an empty frame of its own, since its scripts write to the page they are in; with the frame goes all that it holds.
import type { Hand } from './hand.ts';

// What is used of the package @mediapipe/hands.
interface Hands {
  setOptions(options: Record<string, number | boolean>): void;
  onResults(listener: (results: { multiHandLandmarks: Hand[] }) => void): void;
  initialize(): Promise<void>;
  send(inputs: { image: HTMLVideoElement }): Promise<void>;
  close(): Promise<void>;
}
type Room = Window & { Hands?: new (config: { locateFile: (file: string) => string }) => Hands };

const addressOf = (file: string): string => `/v1/hand-tracker/${file}`;

const options = {
  maxNumHands: 1,
  modelComplexity: 1,
  minDetectionConfidence: 0.6,
  minTrackingConfidence: 0.5,
  useCpuInference: true, // 40 ms a picture on two cores; an emulated graphics card takes 420
};

function loadScript(room: Document, source: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = room.createElement('script');
    script.src = source;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(source));
    room.head.append(script);
  });
}

export class HandFinder {
  private found: Hand | null = null;

  private constructor(
    private readonly frame: HTMLIFrameElement,
    private readonly hands: Hands,
  ) {
    hands.onResults(({ multiHandLandmarks }) => (this.found = multiHandLandmarks[0] ?? null));
  }

  // Rejects where the model's files cannot be had or the browser cannot run them.
  static async open(): Promise<HandFinder> {
    const frame = document.createElement('iframe');
    frame.hidden = true;
    document.body.append(frame);
    try {
      const room = frame.contentWindow as Room | null;
      if (!room) throw new Error('no frame');
      room.alert = (text?: string) => {
        throw new Error(text); // it would complain so of a browser without WebGL
      };
      await loadScript(room.document, addressOf('hands.js'));
      if (!room.Hands) throw new Error('no hands.js');
      const hands = new room.Hands({ locateFile: addressOf });
      hands.setOptions(options);
      await hands.initialize();
      return new HandFinder(frame, hands);
    } catch (reason) {
      frame.remove();
      throw reason;
    }
  }

  async find(video: HTMLVideoElement): Promise<Hand | null> {
    await this.hands.send({ image: video });
    return this.found;
  }

  async close(): Promise<void> {
    try {
      await this.hands.close();
    } finally {
      this.frame.remove();
    }
  }
}
