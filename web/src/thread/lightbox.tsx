import Lightbox from 'yet-another-react-lightbox';
import 'yet-another-react-lightbox/styles.css';

/** A picture in full size. */
export default function Large({ at, name, close }: { at: string; name: string; close(): void }) {
  return (
    <Lightbox
      open
      close={close}
      slides={[{ src: at, alt: name }]}
      carousel={{ finite: true }}
      controller={{ closeOnBackdropClick: true }}
      render={{ buttonPrev: () => null, buttonNext: () => null }}
    />
  );
}
