// A relief with its picture as one binary glTF 2.0 file.
import type { Mesh } from './mesh.ts';

const padded = (length: number): number => Math.ceil(length / 4) * 4;

function extent(positions: Float32Array): { min: number[]; max: number[] } {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  positions.forEach((value, index) => {
    const axis = index % 3;
    min[axis] = Math.min(min[axis] ?? value, value);
    max[axis] = Math.max(max[axis] ?? value, value);
  });
  return { min, max };
}

const bytesOf = (array: Float32Array | Uint32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

export function glb(mesh: Mesh, picture: Uint8Array, mediaType: 'image/jpeg' | 'image/png'): Uint8Array {
  const parts = [bytesOf(mesh.positions), bytesOf(mesh.normals), bytesOf(mesh.uvs), bytesOf(mesh.triangles), picture];
  const offsets: number[] = [];
  let length = 0;
  for (const part of parts) {
    offsets.push(length);
    length += padded(part.length);
  }
  const corners = mesh.positions.length / 3;
  const view = (index: number) => ({
    buffer: 0,
    byteOffset: offsets[index] ?? 0,
    byteLength: parts[index]?.length ?? 0,
  });
  const json = {
    asset: { version: '2.0', generator: 'Inkstone' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, NORMAL: 1, TEXCOORD_0: 2 }, indices: 3, material: 0 }] }],
    materials: [
      {
        pbrMetallicRoughness: { baseColorTexture: { index: 0 }, metallicFactor: 0, roughnessFactor: 0.9 },
        doubleSided: true,
      },
    ],
    textures: [{ source: 0 }],
    images: [{ bufferView: 4, mimeType: mediaType }],
    accessors: [
      { bufferView: 0, componentType: 5126, count: corners, type: 'VEC3', ...extent(mesh.positions) },
      { bufferView: 1, componentType: 5126, count: corners, type: 'VEC3' },
      { bufferView: 2, componentType: 5126, count: corners, type: 'VEC2' },
      { bufferView: 3, componentType: 5125, count: mesh.triangles.length, type: 'SCALAR' },
    ],
    bufferViews: [view(0), view(1), view(2), view(3), view(4)],
    buffers: [{ byteLength: length }],
  };
  return container(new TextEncoder().encode(JSON.stringify(json)), parts, offsets, length);
}

function container(
  json: Uint8Array,
  parts: readonly Uint8Array[],
  offsets: readonly number[],
  length: number,
): Uint8Array {
  const jsonLength = padded(json.length);
  const file = new Uint8Array(12 + 8 + jsonLength + 8 + length);
  const numbers = new DataView(file.buffer);
  const put = (at: number, ...values: number[]) =>
    values.forEach((value, index) => numbers.setUint32(at + 4 * index, value, true));
  put(0, 0x46546c67, 2, file.length); // "glTF"
  put(12, jsonLength, 0x4e4f534a); // "JSON"
  file.fill(0x20, 20, 20 + jsonLength);
  file.set(json, 20);
  put(20 + jsonLength, length, 0x004e4942); // "BIN"
  parts.forEach((part, index) => file.set(part, 28 + jsonLength + (offsets[index] ?? 0)));
  return file;
}
