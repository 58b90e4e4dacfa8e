import { describe, expect, it } from 'vitest';
import { glb } from '../../src/relief/gltf.ts';
import { brightness, relief, type Heights } from '../../src/relief/mesh.ts';
import { solid, stl } from '../../src/relief/stl.ts';
import { turnOf } from '../../src/sphere/view.ts';

const ramp: Heights = { columns: 3, rows: 2, values: Float32Array.of(0, 0.5, 1, 0, 0.5, 1) };

describe('a relief', () => {
  it('weighs colours as the eye does', () => {
    const { values } = brightness(Uint8ClampedArray.of(255, 255, 255, 255, 0, 255, 0, 255), 2, 1);
    expect(values[0]).toBeCloseTo(1);
    expect(values[1]).toBeCloseTo(0.7152);
  });
  it('raises its corners, the longer side being 1', () => {
    const { positions, triangles, normals } = relief(ramp, 0.2);
    expect([...positions.slice(0, 3)]).toEqual([-0.5, 0.25, 0]);
    expect(positions[8]).toBeCloseTo(0.2);
    expect(triangles).toHaveLength(12);
    expect(normals[3]).toBeLessThan(0); // leans back against the rise
    expect(Math.hypot(...normals.slice(3, 6))).toBeCloseTo(1);
  });
  it('is one glTF file whose lengths are true', () => {
    const file = glb(relief(ramp, 0.1), Uint8Array.of(1, 2, 3), 'image/png');
    const numbers = new DataView(file.buffer);
    expect([numbers.getUint32(0, true), numbers.getUint32(4, true), numbers.getUint32(8, true)]).toEqual([
      0x46546c67,
      2,
      file.length,
    ]);
    const json = JSON.parse(new TextDecoder().decode(file.slice(20, 20 + numbers.getUint32(12, true)))) as {
      buffers: { byteLength: number }[];
      bufferViews: { byteOffset: number; byteLength: number }[];
      accessors: { max?: number[] }[];
    };
    expect(json.buffers[0]?.byteLength).toBe(numbers.getUint32(20 + numbers.getUint32(12, true), true));
    expect(json.bufferViews.every(({ byteOffset }) => byteOffset % 4 === 0)).toBe(true);
    expect(json.accessors[0]?.max?.[2]).toBeCloseTo(0.1);
  });
  it('is closed for printing: every edge belongs to two faces that run along it in opposite ways', () => {
    const edges = new Map<string, number>();
    for (const triangle of solid(ramp, 100, 10, 2))
      triangle.forEach((corner, index) => {
        const next = triangle[(index + 1) % 3] ?? corner;
        const [there, back] = [`${corner.join()} ${next.join()}`, `${next.join()} ${corner.join()}`];
        edges.set(there, (edges.get(there) ?? 0) + 1);
        edges.set(back, (edges.get(back) ?? 0) - 1);
      });
    expect([...edges.values()].every((count) => count === 0)).toBe(true);
  });
  it('has its upper side outwards in STL', () => {
    const file = stl(solid(ramp, 100, 10, 2));
    const numbers = new DataView(file.buffer);
    expect(file).toHaveLength(84 + 50 * numbers.getUint32(80, true));
    expect(numbers.getFloat32(84 + 8, true)).toBeGreaterThan(0);
  });
});

describe('the view of a panorama', () => {
  it('turns by a rotation', () => {
    const turn = turnOf(0.7, -0.4);
    for (const [a, b] of [
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
      [2, 2],
    ] as const) {
      const product = [0, 1, 2].reduce((sum, i) => sum + (turn[3 * a + i] ?? 0) * (turn[3 * b + i] ?? 0), 0);
      expect(product).toBeCloseTo(a === b ? 1 : 0);
    }
  });
});
