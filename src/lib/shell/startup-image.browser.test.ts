import { expect, test } from 'vitest';
import { addStartupImages } from './startup-image.ts';

const icon =
	'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="red"/></svg>';

async function pictureOf(link: HTMLLinkElement): Promise<{ size: number[]; middle: number[]; corner: number[] }> {
	const picture = await createImageBitmap(await (await fetch(link.href)).blob());
	const { width, height } = picture;
	const context = new OffscreenCanvas(width, height).getContext('2d');
	context?.drawImage(picture, 0, 0);
	const at = (x: number, y: number) => [...(context?.getImageData(x, y, 1, 1).data ?? [])];
	return { size: [width, height], middle: at(width / 2, height / 2), corner: at(0, 0) };
}

test('a picture of the screen for each way of holding it, with the icon in its middle', async () => {
	await addStartupImages(icon, 'rgb(24, 22, 20)');
	const links = [...document.head.querySelectorAll<HTMLLinkElement>('link[rel=apple-touch-startup-image]')];
	const [short, long] = [screen.width, screen.height].map((points) => points * devicePixelRatio).toSorted((a, b) => a - b);
	expect(links.map(({ media }) => media)).toEqual(['(orientation: portrait)', '(orientation: landscape)']);
	const colours = { middle: [255, 0, 0, 255], corner: [24, 22, 20, 255] };
	expect(await Promise.all(links.map(pictureOf))).toEqual([
		{ size: [short, long], ...colours },
		{ size: [long, short], ...colours }
	]);
	for (const link of links) link.remove();
});
