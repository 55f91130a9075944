// Before the first paint: the chosen theme and text size, from the settings that this device keeps.
(() => {
	const root = document.documentElement;
	let settings;
	try {
		settings = JSON.parse(localStorage.getItem('epr1.settings') ?? '{}') ?? {};
	} catch {
		return; // Storage is blocked or holds something else: the device's theme it is.
	}
	root.classList.toggle('text-large', settings.largerText === true);
	if (settings.theme !== 'light' && settings.theme !== 'dark') return;
	root.dataset.theme = settings.theme;
	const colour = settings.theme === 'dark' ? '#181614' : '#f1efeb';
	for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.setAttribute('content', colour);
})();
