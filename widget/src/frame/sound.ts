/** Two soft notes; without a file, so that nothing is fetched. Silent where the browser does not allow it. */
export function chime(): void {
  try {
    const audio = new AudioContext();
    const note = (pitch: number, at: number) => {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.12, audio.currentTime + at);
      volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.3);
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + at);
      tone.stop(audio.currentTime + at + 0.3);
      return tone;
    };
    note(660, 0);
    note(880, 0.12).onended = () => void audio.close();
  } catch {}
}
