interface Graphics {
  webGl: boolean;
  /** Drawn by the processor: a thin client or a PC without a driver. */
  software: boolean;
}

let known: Graphics | undefined;

function look(): Graphics {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (gl === null) return { webGl: false, software: true };
  // `failIfMajorPerformanceCaveat` does not notice software renderers; their name tells.
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = String(gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return { webGl: true, software: /swiftshader|llvmpipe|software|basic render/i.test(name) };
}

export function hasWebGl(): boolean {
  known ??= look();
  return known.webGl;
}

/** Returns whether the processor draws, which it can do only with less to draw. */
export function isSoftware(): boolean {
  known ??= look();
  return known.software;
}

/** Returns how finely to draw: the lite map has a quarter of the pixels, and its browser the rest of the time. */
export function pixelRatio(lite: boolean): number {
  return lite ? 0.5 : Math.min(2, window.devicePixelRatio);
}
