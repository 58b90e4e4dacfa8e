// A hand for the fake camera, so that no photograph need be kept: capsules around the bones, lit from the upper left, as a film in raw
// YUV that Chromium takes for a camera (--use-file-for-fake-video-capture).
import { closeSync, openSync, writeSync } from 'node:fs';

type Spot = readonly [x: number, y: number];
export interface Pose {
  pinched: boolean;
  x: number; // of the wrist, from 0 to 1 across the picture
  y: number;
}

const [width, height] = [640, 480];
const palmLength = 125; // pixels
const skin = [224, 172, 140] as const;

// From the wrist up, in lengths of the palm.
const open = {
  thumb: [
    [-0.2, 0.15],
    [-0.52, 0.42],
    [-0.78, 0.66],
    [-0.98, 0.86],
  ],
  index: [
    [-0.28, 0.98],
    [-0.36, 1.4],
    [-0.4, 1.66],
    [-0.43, 1.88],
  ],
} as const;
const pinched = {
  thumb: [
    [-0.2, 0.15],
    [-0.5, 0.4],
    [-0.66, 0.68],
    [-0.68, 0.93],
  ],
  index: [
    [-0.28, 0.98],
    [-0.52, 1.3],
    [-0.68, 1.2],
    [-0.71, 1.0],
  ],
} as const;
const others: readonly (readonly Spot[])[] = [
  [
    [0, 1.02],
    [0.0, 1.48],
    [0.0, 1.77],
    [0.0, 2.0],
  ],
  [
    [0.25, 0.96],
    [0.3, 1.38],
    [0.33, 1.64],
    [0.35, 1.85],
  ],
  [
    [0.46, 0.82],
    [0.58, 1.12],
    [0.65, 1.3],
    [0.7, 1.47],
  ],
];
const palm: readonly (readonly [Spot, Spot, number, number])[] = [
  [[0, -1.8], [0, 0], 0.3, 0.27],
  [[-0.1, 0.1], [-0.26, 0.95], 0.24, 0.16],
  [[0, 0.1], [0, 1], 0.26, 0.17],
  [[0.08, 0.1], [0.24, 0.93], 0.26, 0.16],
  [[0.15, 0.1], [0.44, 0.8], 0.24, 0.14],
  [[-0.12, 0.15], [-0.4, 0.4], 0.24, 0.17],
];

type Capsule = readonly [Spot, Spot, number, number]; // ends and their radii

function capsulesOf({ pinched: closed }: Pose): Capsule[] {
  const { thumb, index } = closed ? pinched : open;
  const fingers: (readonly [readonly Spot[], number])[] = [
    [thumb, 0.15],
    [index, 0.125],
    ...others.map((f, i) => [f, [0.13, 0.12, 0.1][i] ?? 0.1] as const),
  ];
  return [
    ...palm,
    ...fingers.flatMap(([spots, radius]) =>
      spots
        .slice(1)
        .map((spot, i) => [spots[i] ?? spot, spot, radius * (1 - 0.1 * i), radius * (0.9 - 0.1 * i)] as const),
    ),
  ];
}

// How far the surface stands out towards the camera; negative: nothing is there.
function depthAt(capsules: readonly Capsule[], x: number, y: number): number {
  let depth = -1;
  for (const [[ax, ay], [bx, by], from, to] of capsules) {
    const [dx, dy] = [bx - ax, by - ay];
    const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
    const radius = from + (to - from) * along;
    const inside = radius ** 2 - (x - ax - along * dx) ** 2 - (y - ay - along * dy) ** 2;
    if (inside > 0) depth = Math.max(depth, Math.sqrt(inside));
  }
  return depth;
}

function picture(pose: Pose): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  const capsules = capsulesOf(pose);
  const depths = new Float32Array(width * height);
  for (let i = 0; i < depths.length; ++i)
    depths[i] = depthAt(
      capsules,
      ((i % width) - pose.x * width) / palmLength,
      (pose.y * height - Math.floor(i / width)) / palmLength,
    );
  for (let i = 0; i < depths.length; ++i) {
    const z = depths[i] ?? -1;
    const [right, below] = [depths[i + 1] ?? -1, depths[i + width] ?? -1];
    const slope = (next: number) => (next < 0 ? -4 : (next - z) * palmLength);
    const [nx, ny] = [-slope(right), -slope(below)];
    const light = Math.max(0, (1 - 0.35 * nx - 0.45 * ny) / Math.hypot(nx, ny, 1)) / 1.15;
    const wall = 96 + 40 * (1 - Math.floor(i / width) / height);
    for (let c = 0; c < 3; ++c)
      rgb[3 * i + c] = z < 0 ? wall + 6 * (2 - c) - 8 : Math.min(255, (skin[c] ?? 0) * (0.45 + 0.6 * light));
  }
  return rgb;
}

// I420, BT.601: what y4m holds.
function planes(rgb: Uint8Array): Uint8Array {
  const out = new Uint8Array((width * height * 3) / 2);
  const at = (i: number, c: number) => rgb[3 * i + c] ?? 0;
  for (let i = 0; i < width * height; ++i) out[i] = 16 + 0.257 * at(i, 0) + 0.504 * at(i, 1) + 0.098 * at(i, 2);
  for (let y = 0; y < height / 2; ++y)
    for (let x = 0; x < width / 2; ++x) {
      const i = 2 * y * width + 2 * x;
      const k = width * height + (y * width) / 2 + x;
      out[k] = 128 - 0.148 * at(i, 0) - 0.291 * at(i, 1) + 0.439 * at(i, 2);
      out[k + (width * height) / 4] = 128 + 0.439 * at(i, 0) - 0.368 * at(i, 1) - 0.071 * at(i, 2);
    }
  return out;
}

export function writeFilm(file: string, poses: readonly Pose[], rate: number): void {
  const out = openSync(file, 'w');
  writeSync(out, `YUV4MPEG2 W${width} H${height} F${rate}:1 Ip A1:1 C420jpeg\n`);
  const drawn = new Map<string, Uint8Array>();
  for (const pose of poses) {
    const key = JSON.stringify(pose);
    const frame = drawn.get(key) ?? planes(picture(pose));
    drawn.set(key, frame);
    writeSync(out, 'FRAME\n');
    writeSync(out, frame);
  }
  closeSync(out);
}
