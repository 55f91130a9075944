/** A name and a colour to begin with, made up on this device: "Quiet Heron". The lists are the same in every language. */
import { seats } from '#protocol/seats';

/** Draws a whole number from 0 to `below` − 1. */
export type Draw = (below: number) => number;

const manners = [
	'Amber',
	'Calm',
	'Clear',
	'Copper',
	'Distant',
	'Early',
	'Gentle',
	'Golden',
	'Hidden',
	'Honest',
	'Idle',
	'Indigo',
	'Ivory',
	'Keen',
	'Kind',
	'Late',
	'Light',
	'Little',
	'Lucky',
	'Mellow',
	'Mild',
	'Misty',
	'Modest',
	'Northern',
	'Olive',
	'Paper',
	'Patient',
	'Plain',
	'Quiet',
	'Rapid',
	'Russet',
	'Secret',
	'Silent',
	'Silver',
	'Simple',
	'Slow',
	'Small',
	'Soft',
	'Southern',
	'Spare',
	'Steady',
	'Still',
	'Sunny',
	'Tender',
	'Tidy',
	'Velvet',
	'Warm',
	'Wandering',
	'Wild',
	'Winter'
] as const;
const beings = [
	'Badger',
	'Beech',
	'Birch',
	'Brook',
	'Cedar',
	'Cloud',
	'Comet',
	'Crane',
	'Curlew',
	'Deer',
	'Dove',
	'Elm',
	'Falcon',
	'Fern',
	'Finch',
	'Fjord',
	'Fox',
	'Gull',
	'Hare',
	'Harbor',
	'Hazel',
	'Heron',
	'Island',
	'Jay',
	'Lantern',
	'Lark',
	'Linnet',
	'Lynx',
	'Maple',
	'Marten',
	'Meadow',
	'Moon',
	'Moth',
	'Otter',
	'Owl',
	'Pebble',
	'Pine',
	'Plover',
	'Rain',
	'Raven',
	'River',
	'Robin',
	'Rook',
	'Seal',
	'Sparrow',
	'Star',
	'Swift',
	'Thrush',
	'Willow',
	'Wren'
] as const;

/** Even over `below`: numbers of the last, broken stretch of 2³² are drawn anew. */
export const drawSecurely: Draw = (below) => {
	const usable = Math.floor(2 ** 32 / below) * below;
	const drawn = new Uint32Array(1);
	do crypto.getRandomValues(drawn);
	while ((drawn[0] ?? 0) >= usable);
	return (drawn[0] ?? 0) % below;
};

export function suggestAlias(draw: Draw = drawSecurely): { readonly nick: string; readonly colour: number } {
	const manner = manners[draw(manners.length)] ?? manners[0];
	const being = beings[draw(beings.length)] ?? beings[0];
	return { nick: `${manner} ${being}`, colour: draw(seats.length) };
}
