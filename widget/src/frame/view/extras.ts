// What is opened now and then, fetched when it is.
export { EmojiPanel } from './emoji.tsx';
export { Recorder } from './recorder.tsx';
