// A relief on a plate, closed on all sides, to be printed: binary STL in millimetres.
import { heightAt, type Heights } from './mesh.ts';

type Corner = [number, number, number];
type Triangle = [Corner, Corner, Corner];

// Four corners counted anticlockwise as seen from outside.
const square = (a: Corner, b: Corner, c: Corner, d: Corner): Triangle[] => [
  [a, b, c],
  [a, c, d],
];

export function solid(heights: Heights, size: number, depth: number, plate: number): Triangle[] {
  const { columns, rows } = heights;
  const unit = size / (Math.max(columns, rows) - 1);
  const at = (column: number, row: number, z: number): Corner => [column * unit, (rows - 1 - row) * unit, z];
  const top = (column: number, row: number) => at(column, row, plate + depth * heightAt(heights, column, row));
  const low = (column: number, row: number) => at(column, row, 0);
  const faces: Triangle[] = [];
  for (let row = 0; row < rows - 1; ++row)
    for (let column = 0; column < columns - 1; ++column) {
      faces.push(...square(top(column, row + 1), top(column + 1, row + 1), top(column + 1, row), top(column, row)));
      faces.push(...square(low(column, row), low(column + 1, row), low(column + 1, row + 1), low(column, row + 1)));
    }
  const wall = (c0: number, r0: number, c1: number, r1: number) =>
    faces.push(...square(low(c0, r0), low(c1, r1), top(c1, r1), top(c0, r0)));
  for (let column = 0; column < columns - 1; ++column) {
    wall(column, rows - 1, column + 1, rows - 1);
    wall(column + 1, 0, column, 0);
  }
  for (let row = 0; row < rows - 1; ++row) {
    wall(0, row, 0, row + 1);
    wall(columns - 1, row + 1, columns - 1, row);
  }
  return faces;
}

function normalOf([a, b, c]: Triangle): Corner {
  const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const [vx, vy, vz] = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
  const normal: Corner = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
  const length = Math.hypot(...normal) || 1;
  return [normal[0] / length, normal[1] / length, normal[2] / length];
}

export function stl(triangles: readonly Triangle[]): Uint8Array {
  const file = new Uint8Array(84 + 50 * triangles.length);
  const numbers = new DataView(file.buffer);
  file.set(new TextEncoder().encode('Inkstone relief'));
  numbers.setUint32(80, triangles.length, true);
  triangles.forEach((triangle, index) => {
    [normalOf(triangle), ...triangle]
      .flat()
      .forEach((value, place) => numbers.setFloat32(84 + 50 * index + 4 * place, value, true));
  });
  return file;
}
