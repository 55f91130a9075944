export const share = {
	title: 'Share this room',
	qr: 'QR code of the invite link',
	step1: 'Send the link',
	shareLink: 'Share link…',
	copyLink: 'Copy the link',
	linkCopied: 'Link copied. It contains the room’s key.',
	linkLabel: 'Invite link',
	step2: 'Send the password another way',
	advice: 'Link by chat? Say the password on the phone, dashes too. Whoever finds one still can’t come in without the other.',
	showPassword: 'Show password',
	hidePassword: 'Hide password',
	passwordLabel: 'Room password',
	copyPassword: 'Copy the password',
	passwordCopied: 'Password copied. It’s cleared from the clipboard in 60 seconds if the browser allows it.',
	passwordUnknown:
		'This page was loaded anew and no longer knows the password. Whoever opened the room, or anybody who typed it, does.',
	passwordless: 'There is no password: whoever has the link can come in.'
};
