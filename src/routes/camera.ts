/** The camera and the picture file as pixels. */
import { fit } from './scan';
import type { Pixels } from './scan';

/** `refused`: the person or the system said no. */
export class CameraError extends Error {
	readonly reason: 'refused' | 'missing';

	constructor(reason: 'refused' | 'missing') {
		super(reason);
		this.name = 'CameraError';
		this.reason = reason;
	}
}

/** Throws `CameraError`. Whoever opens it stops its tracks. */
export async function openCamera(): Promise<MediaStream> {
	if (!('mediaDevices' in navigator)) throw new CameraError('missing');
	try {
		return await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } });
	} catch (error) {
		const refused = error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'SecurityError');
		throw new CameraError(refused ? 'refused' : 'missing');
	}
}

/** Draws frames and pictures at a size that a decoder is quick with. */
export class Grabber {
	readonly #canvas = new OffscreenCanvas(1, 1);

	/** `null` while the video has no picture yet. */
	frame(video: HTMLVideoElement): Pixels | null {
		if (video.videoWidth === 0) return null;
		return this.#draw(video, fit(video.videoWidth, video.videoHeight, 800));
	}

	/** Throws when the file is no picture. */
	async picture(file: Blob): Promise<Pixels | null> {
		const bitmap = await createImageBitmap(file);
		try {
			return this.#draw(bitmap, fit(bitmap.width, bitmap.height, 1600));
		} finally {
			bitmap.close();
		}
	}

	#draw(source: CanvasImageSource, { width, height }: { readonly width: number; readonly height: number }): Pixels | null {
		const context = this.#canvas.getContext('2d', { willReadFrequently: true });
		if (!context) return null;
		this.#canvas.width = width;
		this.#canvas.height = height;
		context.drawImage(source, 0, 0, width, height);
		return context.getImageData(0, 0, width, height);
	}
}
