/** Reading a link from another screen. */
export const scan = {
	title: 'Scan a QR code',
	point: 'Point the camera at the code on the other screen.',
	starting: 'Starting the camera…',
	private: 'The picture is read on this device and is not kept.',
	picture: 'Choose a picture instead',
	paste: 'Paste a link instead',
	refused: 'The camera is blocked for this site. You can choose a picture or paste the link.',
	noCamera: 'No camera was found. You can choose a picture or paste the link.',
	noCode: 'No code found. Move a little closer.',
	noCodeInPicture: 'No code was found in this picture. Choose another, or one that shows the code larger.',
	foreign: 'That code isn’t a Sotto invite.',
	found: 'Code found.'
};
