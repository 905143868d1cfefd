import { createRequire } from 'node:module';

/** Fonts come with ao: text is drawn on a machine that has none. */
const FONTS = ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf'];

/** Draws an SVG in this process, `scale` times its own size. Text is set in Inter, whatever family it asks for. The renderer is loaded when first needed. */
export async function svgToPng(svg: string, scale: number): Promise<Uint8Array> {
  const { renderAsync } = await import('@resvg/resvg-js');
  const { resolve } = createRequire(import.meta.url);
  const image = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: {
      loadSystemFonts: false,
      fontFiles: FONTS.map((file) => resolve(`@expo-google-fonts/inter/${file}`)),
      defaultFontFamily: 'Inter',
    },
  });
  return image.asPng();
}
