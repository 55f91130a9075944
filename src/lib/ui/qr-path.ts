/** One path for all dark modules of a QR code, a run of neighbours at a time; one module is one unit. */
export function modulesPath(modules: readonly (readonly boolean[])[]): string {
	return modules.map((row, y) => rowPath(row, y)).join('');
}

function rowPath(row: readonly boolean[], y: number): string {
	let path = '';
	for (let x = 0; x < row.length; x++) {
		if (!row[x]) continue;
		let end = x + 1;
		while (row[end]) end++;
		path += `M${x} ${y}h${end - x}v1H${x}z`;
		x = end;
	}
	return path;
}
