// The same picture in a headset, where the browser has WebXR: it stands around the head, and turns with it.
import type { SphereView } from './view.ts';

export const headsetHere = async (): Promise<boolean> =>
  (await navigator.xr?.isSessionSupported('immersive-vr')) ?? false;

export async function enterHeadset(view: SphereView, onEnd: () => void): Promise<void> {
  const session = await navigator.xr?.requestSession('immersive-vr');
  if (!session) return;
  const layer = new XRWebGLLayer(session, view.context);
  await session.updateRenderState({ baseLayer: layer });
  const space = await session.requestReferenceSpace('local');
  const frame: XRFrameRequestCallback = (_time, now) => {
    session.requestAnimationFrame(frame);
    const pose = now.getViewerPose(space);
    view.context.bindFramebuffer(view.context.FRAMEBUFFER, layer.framebuffer);
    for (const eye of pose?.views ?? []) {
      const port = layer.getViewport(eye);
      if (port) view.drawEye(port, eye);
    }
  };
  session.addEventListener('end', () => {
    view.context.bindFramebuffer(view.context.FRAMEBUFFER, null);
    onEnd();
  });
  session.requestAnimationFrame(frame);
}
