/** What the use cases of this folder need of the process. */
import type { Services } from '../services.ts';

export type RoomPorts = Pick<
	Services,
	| 'db'
	| 'keyring'
	| 'access'
	| 'bus'
	| 'numbers'
	| 'limits'
	| 'plans'
	| 'modes'
	| 'plansOn'
	| 'tokenKeys'
	| 'origin'
	| 'metrics'
	| 'now'
	| 'randomBytes'
>;
