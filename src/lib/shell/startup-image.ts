/**
 * What iOS shows while an app opens from the home screen. It takes a picture of exactly the screen's size, from the page, when the
 * app is put there; drawn here, one page serves every screen.
 */
const iconSize = 180;
const iconShare = 0.28;
const orientations = ['portrait', 'landscape'] as const;

/** Two links in the page's head, of data URLs. `icon`: a square picture's address. */
export async function addStartupImages(icon: string, background: string): Promise<void> {
	const mark = new Image(iconSize, iconSize);
	mark.src = icon;
	await mark.decode();
	for (const orientation of orientations) document.head.append(linkTo(draw(orientation, mark, background), orientation));
}

function linkTo(href: string, orientation: (typeof orientations)[number]): HTMLLinkElement {
	return Object.assign(document.createElement('link'), {
		rel: 'apple-touch-startup-image',
		media: `(orientation: ${orientation})`,
		href
	});
}

function draw(orientation: (typeof orientations)[number], mark: HTMLImageElement, background: string): string {
	const [short, long] = [screen.width, screen.height].map((points) => points * devicePixelRatio).toSorted((a, b) => a - b);
	const canvas = document.createElement('canvas');
	const [width = 0, height = 0] = orientation === 'portrait' ? [short, long] : [long, short];
	Object.assign(canvas, { width, height });
	const context = canvas.getContext('2d');
	const size = Math.min(width, height) * iconShare;
	if (context === null) throw new Error('startup image: no canvas');
	context.fillStyle = background;
	context.fillRect(0, 0, width, height);
	context.drawImage(mark, (width - size) / 2, (height - size) / 2, size, size);
	return canvas.toDataURL('image/png');
}
