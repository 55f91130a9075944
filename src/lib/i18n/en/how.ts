/** How it works, in plain words. What may be claimed, and what must stand beside it, is docs/PROTOCOL.md §24. */

type Block = { readonly text: string } | { readonly items: readonly string[] };
type Section = { readonly id: string; readonly title: string; readonly blocks: readonly Block[] };

const sections: readonly Section[] = [
	{
		id: 'short',
		title: 'In short',
		blocks: [
			{
				items: [
					'Messages, names and the room’s name are encrypted on your device, before they are sent. What our server holds can’t be read by us, nor by somebody who steals it.',
					'There are no accounts and no cookies, and no address of yours is written down.',
					'Every room ends: when its time is up, or when anybody in it purges it. The server’s share of its key is destroyed, and its rows are deleted.',
					'Nobody in the room can write as somebody else, and messages that are missing or out of order are shown as such.'
				]
			},
			{ text: 'None of this makes you invisible. What it doesn’t do stands below, as plainly.' }
		]
	},
	{
		id: 'open',
		title: 'What happens when you open a room',
		blocks: [
			{
				text: 'Your browser draws a random secret and puts it into the link, after the # sign. Browsers never send that part of an address to a server, so ours doesn’t see it, with one exception: when an app or a mail filter has turned the # into %23, opening the link sends the secret to the server as part of the path, which we don’t write down. The path before it is the same for every room.'
			},
			{
				text: 'From the secret, and from the password if there is one, your browser makes the room’s keys. They stay in a separate part of the browser, away from the page, and are forgotten when you leave. Making a key from the password takes a few seconds on purpose: it makes guessing slow for everybody else.'
			},
			{
				text: 'A message is signed, padded to the one size that all have, and encrypted. The server checks that you know the room, gives the message its number, stores it, and passes it on. It can’t look inside.'
			}
		]
	},
	{
		id: 'two-ways',
		title: 'The link and the password',
		blocks: [
			{
				text: 'Send them by two different ways: the link in a chat, the password on the phone. Whoever finds one still can’t come in without the other. The four words that we suggest are drawn at random and are strong enough; a word you can remember well is usually a word that others can guess.'
			},
			{
				text: 'Everybody who has both can read a Stored room from its beginning, for as long as it lasts. A Live room does without a password if you like: then the link alone lets people in. Your browser may keep the link in its history; a private window doesn’t.'
			}
		]
	},
	{
		id: 'server',
		title: 'What the server sees',
		blocks: [
			{ text: 'It can tell:' },
			{
				items: [
					'your internet address while you are connected; it is not stored',
					'that a room exists, when it was opened and when it ends',
					'how many people are connected, and when each message arrived',
					'how many messages there are; not how long they are, since all have the same size'
				]
			},
			{ text: 'It can’t tell:' },
			{
				items: [
					'what anybody wrote',
					'names, colours, or the room’s name',
					'the password, or the secret in the link',
					'which rooms belong to the same person'
				]
			},
			{
				text: 'You don’t have to take our word: in every room, Server’s eye view shows what the server answers, next to what you see.'
			}
		]
	},
	{
		id: 'live',
		title: 'Live rooms',
		blocks: [
			{
				text: 'In a Live room the server passes messages on and stores none. For those whose connection breaks, the last minute’s stay in its memory, still encrypted. Who comes later sees nothing of what was said before, and loading the page anew clears your screen.'
			},
			{
				text: 'Each message is sealed for the people who are there, with keys that exist in their pages only and are changed every quarter of an hour. So even somebody who recorded all of it, and finds the link afterwards, can’t read it. The room shows who can read you, and you can stop sending to somebody.'
			},
			{
				text: 'With “Ends when everyone leaves” the room is over a minute after the last goodbye, or five minutes after the last connection was lost.'
			}
		]
	},
	{
		id: 'direct',
		title: 'Direct rooms',
		blocks: [
			{
				text: 'A Direct room is for two people and fifteen minutes. Messages go from one browser to the other. Our server only helps the two find each other, and can’t read what they tell each other for it. Read six words to each other: if they differ, somebody is in between.'
			},
			{
				text: 'Browsers that are connected see each other’s internet address. If this server has a relay, they meet there instead, and the relay passes on what it can’t read. The page says which it is before you connect.'
			}
		]
	},
	{
		id: 'device',
		title: 'What stays on your device',
		blocks: [
			{
				text: 'Nothing of a room, once its tab is closed, unless you ask for it; a browser that reopens closed tabs may bring its tab back. With “Keep this room on this device” its link, your key in it and its messages stay in this browser, encrypted, so that you can read and write without a connection. What you write then waits here and is sent when there is one.'
			},
			{
				text: 'Whoever can use this browser can open such a room, unless it asks for its password each time. Messages that burn are never kept. “Forget on this device” and “Erase this device” remove all of it, and so does the room’s end, the next time Sotto is opened here.'
			}
		]
	},
	{
		id: 'end',
		title: 'When a room ends',
		blocks: [
			{
				text: 'The server overwrites its share of the room’s key and deletes the messages, everybody is shown out, and each device forgets the room. What is left in old copies of the database can’t be read any more. The link then opens nothing, and no answer tells whether there ever was a room.'
			},
			{
				text: 'What we can’t delete: what people in the room copied, photographed or remember. And if whoever runs the server keeps backups, those hold encrypted rows until they are thrown away; it takes the link, the password and the server’s own keys together to read them, and the keys to a room are destroyed when it ends.'
			}
		]
	},
	{
		id: 'against',
		title: 'Who is kept out, and who isn’t',
		blocks: [
			{ text: 'Kept out of what you write:' },
			{
				items: [
					'Somebody who watches your network. They see that you use Sotto, when, and how much.',
					'Somebody who steals the database. They find encrypted rows, all of one size.',
					'Whoever runs the server honestly, and is curious.',
					'Somebody who has the link only, in a room with a password: after a hundred wrong guesses the room takes nobody new for a while, and each guess costs real work.'
				]
			},
			{ text: 'Not kept out:' },
			{
				items: [
					'Anybody who has the link and the password while the room lasts.',
					'Anybody in the room: they can copy everything.',
					'Malware, a browser extension that reads pages, or somebody behind you.',
					'A server that sends you other code than the published one. Your browser runs what it is served, so a server that was forced or taken over could serve a page that gives your words away.'
				]
			}
		]
	},
	{
		id: 'check',
		title: 'How to check',
		blocks: [
			{
				text: 'The promise holds for the published code. You can read it, run your own server with two commands, and compare what a server sends with what you built. If a lot depends on it, that is the way to be sure.'
			},
			{ text: 'Sotto has not been audited by anybody outside. Don’t stake a life on it alone.' }
		]
	}
];

export const how = {
	title: 'How it works',
	lede: 'What happens to your words, what our server sees, and what we can’t promise.',
	contents: 'On this page',
	sections
};
