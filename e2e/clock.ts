/** Loaded into a server before its own code: its clock goes ahead by as many milliseconds as its parent says. */
const realNow = Date.now;
let aheadMs = 0;

Date.now = () => realNow() + aheadMs;

process.on('message', (ms) => {
	aheadMs += Number(ms);
	process.send?.(aheadMs);
});
// Who listens to a parent is not to be kept alive by it.
process.channel?.unref();
