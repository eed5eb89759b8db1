/** Whether a field of the form before the chat is asked for. */
export type Asked = 'off' | 'optional' | 'required';

/** What the server tells of a site to everybody; the same in the loader and in the frame. */
export interface Site {
  /** Public, 40 hex digits. */
  key: string;
  /** Where the server is, as it calls itself. */
  base: string;
  name: string;
  /** Only people whom the business's own server vouches for may chat. */
  enforce: boolean;
  /** The brand's colour, `#rrggbb`. */
  colour: string;
  side: 'start' | 'end';
  theme: 'light' | 'dark' | 'auto';
  /** Whether new messages make a sound until the visitor says otherwise. */
  sound: boolean;
  languages: string[];
  /** By language; empty when there is none. */
  greeting: Record<string, string>;
  logoUrl?: string;
  /** What is not asked for is left out, or `off`. */
  preChat?: { name?: Asked; email?: Asked; phone?: Asked };
  /** Absent: always open. `next`: when that changes, epoch ms. */
  hours?: { open: boolean; next?: number; zone: string };
  /** While nobody is there, ask for an e-mail address. */
  captureEmail: boolean;
  /** Nothing is stored and nobody is told before the visitor agreed. */
  consent: boolean;
  maxText: number;
  maxFileBytes: number;
  /** Types of files that may be uploaded, as `image/png`. */
  fileTypes: string[];
}
