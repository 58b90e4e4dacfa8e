// The page's few signs, drawn as strokes on a 24 x 24 grid. They are decoration: what they mean is said in words beside them.
const paths = {
  start: 'M4 11.5 12 4l8 7.5V20h-5.5v-5h-5v5H4z',
  paint:
    'M20 4c-5 1.5-9.5 6-11 10m0 0c-2.500-.5-4.500 1-4.500 3.500 0 1-.5 1.500-1.500 2 3.500 1.500 8 .5 8.500-3 .1-1.300-1-2.300-2.500-2.500zM20 4c-.5 5-4.500 9.500-8.500 12',
  canvas: 'M4 5h16v14H4zM4 15l5-4 4 3 3-2 4 3M15.500 9h.01',
  style: 'M5 4h10v10H5zM9 18h10V8M12 14v6M19 14l-3 3 3 3',
  gallery: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  train: 'M4 4v16h16M7 8c3 8 7 9 12 9.500',
  queue: 'M9 6h11M9 12h11M9 18h11M4.500 6h.01M4.500 12h.01M4.500 18h.01',
  models: 'M12 3l8 4.500v9L12 21l-8-4.500v-9zM4 7.500l8 4.500 8-4.500M12 12v9',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  stop: 'M7 7h10v10H7z',
  pause: 'M9 6v12M15 6v12',
  play: 'M8 5l11 7-11 7z',
  retry: 'M20 5v5h-5M19.500 14a8 8 0 1 1-1.500-8l2 4',
  trash: 'M5 7h14M10 4h4M7 7l1 13h8l1-13M10 11v5M14 11v5',
  download: 'M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 20h14',
  close: 'M6 6l12 12M18 6L6 18',
  up: 'M12 19V6M6.500 11 12 5.500 17.500 11',
  down: 'M12 5v13M6.500 13l5.500 5.500 5.500-5.500',
  left: 'M15 5l-7 7 7 7',
  right: 'M9 5l7 7-7 7',
  undo: 'M9 7H15a5 5 0 0 1 0 10H8M9 7l3.500-3.500M9 7l3.500 3.500',
  redo: 'M15 7H9a5 5 0 0 0 0 10h7M15 7l-3.500-3.500M15 7l-3.500 3.500',
  brush:
    'M19 4 9.500 13.500M9.500 13.500c-2-.5-4 .8-4 3 0 1.500-.5 2-1.500 2.500 3 1.200 7 .4 7.500-2.500.2-1.300-.8-2.700-2-3z',
  pen: 'M5 19l1-4.500L16.500 4l3.500 3.500L9.500 18zM14 6.500l3.500 3.500',
  eraser: 'M9 19 4 14 13.500 4.500l6 6L11 19zM9 19h11M8.500 9.500l6 6',
  unmask:
    'M19 4 9.5 13.5c-2-.5-4 .8-4 3 0 1.500-.5 2-1.500 2.500 3 1.200 7 .4 7.500-2.500.2-1.300-.8-2.700-2-3zM15 18.500h6',
  hand: 'M12 3v18M3 12h18M12 3 9.5 5.5M12 3l2.500 2.500M12 21l-2.500-2.500M12 21l2.500-2.500M3 12l2.500-2.500M3 12l2.500 2.500M21 12l-2.500-2.500M21 12l-2.500 2.500',
  frame: 'M8 3v18M16 3v18M3 8h18M3 16h18',
  eye: 'M3 12c3-5 6-7 9-7s6 2 9 7c-3 5-6 7-9 7s-6-2-9-7zM12 9.500a2.500 2.500 0 1 0 .01 0z',
  variations: 'M4 8h10v10H4zM8 8V4h12v12h-6',
  seed: 'M5 5h14v14H5zM9 9h.01M15 15h.01M15 9h.01M9 15h.01',
  sun: 'M12 8a4 4 0 1 0 .01 0zM12 2.500V5M12 19v2.500M2.500 12H5M19 12h2.500M5.300 5.300 7 7M17 17l1.700 1.700M18.700 5.300 17 7M7 17l-1.700 1.700',
  moon: 'M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z',
  half: 'M12 4a8 8 0 1 0 .01 0zM12 4v16M12 8h5.500M12 12h7.500M12 16h5.500',
  warning: 'M12 4 21 19.500H3zM12 10v4.500M12 17h.01',
  check: 'M5 12.500 10 17.500 19.500 7',
  search: 'M10.500 4.500a6 6 0 1 0 .01 0zM15 15l5 5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  sphere: 'M12 4a8 8 0 1 0 .01 0zM4 12h16M12 4c5 5 5 11 0 16M12 4c-5 5-5 11 0 16',
  relief: 'M3 18l6-9 4 5 3-4 5 8z',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
