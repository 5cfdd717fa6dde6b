// True colours → the palette of 256: xterm sets others by style attributes, which our content security policy refuses.

const LEVELS = [0, 95, 135, 175, 215, 255];
// eslint-disable-next-line no-control-regex
const SGR = /\x1b\[([0-9;:]*)m/g;

const nearest = (value: number) =>
  LEVELS.reduce((best, level, index) => (Math.abs(level - value) < Math.abs(LEVELS[best]! - value) ? index : best), 0);

export function paletteIndex(red: number, green: number, blue: number): number {
  return 16 + 36 * nearest(red) + 6 * nearest(green) + nearest(blue);
}

export function flatColours(text: string): string {
  return text.replace(SGR, (whole, codes: string) =>
    /[34]8[;:]2/.test(codes)
      ? `\x1b[${codes.replace(/([34]8)[;:]2[;:](?::)?(\d+)[;:](\d+)[;:](\d+)/g, (_all, kind: string, ...rgb: string[]) => {
          const [red, green, blue] = rgb.slice(0, 3).map(Number);
          return `${kind};5;${paletteIndex(red!, green!, blue!)}`;
        })}m`
      : whole,
  );
}
