// A picture of all directions (equirectangular, 2:1) looked at from its middle: one triangle, and the direction of every pixel of
// the screen looked up in the picture.
const vertexShader = `attribute vec2 corner; varying vec2 at; void main() { at = corner; gl_Position = vec4(corner, 0.0, 1.0); }`;
const fragmentShader = `precision highp float;
varying vec2 at; uniform sampler2D picture; uniform mat3 turn; uniform vec2 lens; uniform vec2 shift;
void main() {
  vec3 d = normalize(turn * vec3(at * lens + shift, -1.0));
  gl_FragColor = texture2D(picture, vec2(0.5 + atan(d.x, -d.z) / 6.28318530718, 0.5 - asin(clamp(d.y, -1.0, 1.0)) / 3.14159265359));
}`;

// Columns of the rotation: first about the vertical by yaw, then up by pitch.
export function turnOf(yaw: number, pitch: number): Float32Array {
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  return new Float32Array([cy, 0, -sy, sy * sp, cp, cy * sp, sy * cp, -sp, cy * cp]);
}

function compile(gl: WebGLRenderingContext, kind: number, source: string): WebGLShader {
  const shader = gl.createShader(kind);
  if (!shader) throw new Error('WebGL has no room for a shader');
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader) ?? 'shader');
  return shader;
}

function programOf(gl: WebGLRenderingContext): WebGLProgram {
  const program = gl.createProgram();
  gl.attachShader(program, compile(gl, gl.VERTEX_SHADER, vertexShader));
  gl.attachShader(program, compile(gl, gl.FRAGMENT_SHADER, fragmentShader));
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? 'program');
  return program;
}

export class SphereView {
  private readonly gl: WebGLRenderingContext;
  private readonly uniforms: Record<'turn' | 'lens' | 'shift', WebGLUniformLocation | null>;

  constructor(canvas: HTMLCanvasElement, image: HTMLImageElement) {
    const gl = canvas.getContext('webgl', {
      xrCompatible: true,
    } as WebGLContextAttributes) as WebGLRenderingContext | null;
    if (!gl) throw new Error('WebGL is not available in this browser');
    this.gl = gl;
    const program = programOf(gl);
    gl.useProgram(program);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(gl.getAttribLocation(program, 'corner'), 2, gl.FLOAT, false, 0, 0);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.texImage2D(
      gl.TEXTURE_2D,
      0,
      gl.RGB,
      gl.RGB,
      gl.UNSIGNED_BYTE,
      fitted(image, gl.getParameter(gl.MAX_TEXTURE_SIZE) as number),
    );
    const place = (name: string) => gl.getUniformLocation(program, name);
    this.uniforms = { turn: place('turn'), lens: place('lens'), shift: place('shift') };
  }

  get context(): WebGLRenderingContext {
    return this.gl;
  }

  draw(yaw: number, pitch: number, fieldOfView: number): void {
    const { width, height } = this.gl.canvas;
    const tall = Math.tan(fieldOfView / 2);
    this.drawInto(0, 0, width, height, turnOf(yaw, pitch), [(tall * width) / height, tall], [0, 0]);
  }

  // One eye of a headset: its part of the frame, where it looks and how its projection opens.
  drawEye(port: XRViewport, view: XRView): void {
    const m = view.transform.matrix;
    const p = view.projectionMatrix;
    const at = (matrix: Float32Array, index: number): number => matrix[index] ?? 0;
    const turn = new Float32Array([0, 1, 2, 4, 5, 6, 8, 9, 10].map((index) => at(m, index)));
    const lens: [number, number] = [1 / at(p, 0), 1 / at(p, 5)];
    this.drawInto(port.x, port.y, port.width, port.height, turn, lens, [at(p, 8) / at(p, 0), at(p, 9) / at(p, 5)]);
  }

  private drawInto(
    x: number,
    y: number,
    width: number,
    height: number,
    turn: Float32Array,
    lens: [number, number],
    shift: [number, number],
  ): void {
    const { gl, uniforms } = this;
    gl.viewport(x, y, width, height);
    gl.uniformMatrix3fv(uniforms.turn, false, turn);
    gl.uniform2f(uniforms.lens, ...lens);
    gl.uniform2f(uniforms.shift, ...shift);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }
}

function fitted(image: HTMLImageElement, largest: number): TexImageSource {
  if (Math.max(image.naturalWidth, image.naturalHeight) <= largest) return image;
  const scale = largest / Math.max(image.naturalWidth, image.naturalHeight);
  const canvas = document.createElement('canvas');
  canvas.width = Math.floor(image.naturalWidth * scale);
  canvas.height = Math.floor(image.naturalHeight * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}
