const shapes = {
  close: 'M6 6l12 12M18 6 6 18',
  send: 'M4 4l17 8-17 8 3-8zM7 12h7',
  clip: 'M20.500 11.500 12 20a5.300 5.300 0 0 1-7.500-7.500l8.700-8.700a3.500 3.500 0 0 1 5 5l-8.600 8.600a1.800 1.800 0 0 1-2.500-2.500l8-8',
  smile: 'M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0zM8 14s1.500 2 4 2 4-2 4-2M9 9v.01M15 9v.01',
  pin: 'M12 21s7-6.500 7-12a7 7 0 0 0-14 0c0 5.500 7 12 7 12zM14.500 9a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0z',
  mic: 'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3',
  sound: 'M4 9v6h4l5 4V5L8 9zM17 8.500a5 5 0 0 1 0 7',
  mute: 'M4 9v6h4l5 4V5L8 9zM17 9.500l5 5M22 9.500l-5 5',
  file: 'M6 2.500h8l5 5v14H6zM14 2.500v5h5',
  down: 'M6 9l6 6 6-6',
  queued: 'M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0zM12 7v5l3 2',
  sending: 'M12 19V6M6 11l6-6 6 6',
  sent: 'M5 12.500 9.500 17 19 7',
  delivered: 'M1.500 12.500 6 17l9.500-10M11 16l1 1 9.500-10',
  read: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm-1.500 15L6 12.500l1.500-1.500 3 3 6-6.500L18 9z',
  failed: 'M12 3.500 22 20.500H2zM12 10v4.500M12 17.500v.01',
};

export type Shape = keyof typeof shapes;

/** A drawing; what it means stands beside it in words. */
export function Icon({ shape, flip }: { shape: Shape; flip?: boolean }) {
  return (
    <svg
      class={flip ? 'icon flip' : 'icon'}
      viewBox="0 0 24 24"
      aria-hidden="true"
      data-solid={shape === 'read'}
    >
      <path d={shapes[shape]} />
    </svg>
  );
}

/** A button with a drawing and a name. */
export function IconButton(props: {
  shape: Shape;
  name: string;
  onClick?: () => void;
  flip?: boolean;
  pressed?: boolean;
  expanded?: boolean;
  submit?: boolean;
  disabled?: boolean;
  class?: string;
}) {
  const { shape, name, flip, pressed, expanded, submit } = props;
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`tool ${props.class ?? ''}`}
      aria-label={name}
      title={name}
      aria-pressed={pressed}
      aria-expanded={expanded}
      aria-disabled={props.disabled}
      onClick={props.onClick}
    >
      <Icon shape={shape} flip={flip ?? false} />
    </button>
  );
}
