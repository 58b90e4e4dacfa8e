// A picture as a relief: a sheet of squares, each corner raised by its height.
export interface Heights {
  columns: number;
  rows: number;
  values: Float32Array; // row by row from the top, 0 low to 1 high
}

export interface Mesh {
  positions: Float32Array; // x right, y up, z towards the viewer; the longer side is 1
  uvs: Float32Array;
  normals: Float32Array;
  triangles: Uint32Array;
}

// Mean of red, green and blue as the eye weighs them, of RGBA bytes.
export function brightness(rgba: Uint8ClampedArray, columns: number, rows: number): Heights {
  const values = new Float32Array(columns * rows);
  for (let i = 0; i < values.length; ++i) {
    const [red = 0, green = 0, blue = 0] = [rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2]];
    values[i] = (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
  }
  return { columns, rows, values };
}

export const heightAt = ({ columns, rows, values }: Heights, column: number, row: number): number =>
  values[Math.min(rows - 1, Math.max(0, row)) * columns + Math.min(columns - 1, Math.max(0, column))] ?? 0;

// Across and down by central differences, in heights per square.
export const slopeAt = (heights: Heights, column: number, row: number): [number, number] => [
  (heightAt(heights, column + 1, row) - heightAt(heights, column - 1, row)) / 2,
  (heightAt(heights, column, row + 1) - heightAt(heights, column, row - 1)) / 2,
];

export function relief(heights: Heights, depth: number): Mesh {
  const { columns, rows } = heights;
  const square = 1 / (Math.max(columns, rows) - 1);
  const corners = columns * rows;
  const mesh: Mesh = {
    positions: new Float32Array(3 * corners),
    uvs: new Float32Array(2 * corners),
    normals: new Float32Array(3 * corners),
    triangles: new Uint32Array(6 * (columns - 1) * (rows - 1)),
  };
  for (let row = 0, i = 0; row < rows; ++row)
    for (let column = 0; column < columns; ++column, ++i) {
      const x = (column - (columns - 1) / 2) * square;
      const y = ((rows - 1) / 2 - row) * square;
      mesh.positions.set([x, y, depth * heightAt(heights, column, row)], 3 * i);
      mesh.uvs.set([column / (columns - 1), row / (rows - 1)], 2 * i);
      const [across, down] = slopeAt(heights, column, row);
      const normal = [(-across * depth) / square, (down * depth) / square, 1] as const;
      const length = Math.hypot(...normal);
      mesh.normals.set(
        normal.map((part) => part / length),
        3 * i,
      );
    }
  for (let row = 0, i = 0; row < rows - 1; ++row)
    for (let column = 0; column < columns - 1; ++column, i += 6) {
      const here = row * columns + column;
      mesh.triangles.set([here, here + columns, here + 1, here + 1, here + columns, here + columns + 1], i);
    }
  return mesh;
}
