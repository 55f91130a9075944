/** Where a page's focus is, as somebody sees it. Runs in the page. */

/**
 * What is wrong with where the focus is; empty when it can be seen. A heading that the page moves it to by itself has nothing to
 * press, and no ring (`base.css`).
 */
export function faultOfFocus(): string {
	const at = document.activeElement;
	if (!(at instanceof HTMLElement) || at === document.body) return 'nothing has the focus';
	const name = `${at.tagName} ${at.className} ${at.getAttribute('aria-label') ?? at.textContent.trim().slice(0, 30)}`;
	if (at.matches(':is(h1, h2, h3, p)[tabindex="-1"]')) return '';
	// A native radio or switch lies, unseen, over its face; a room's link stands for its whole row, and the field for its box.
	const isUnseen = getComputedStyle(at).opacity === '0';
	const whole = at.matches('.roomrow__link, .composer__text') ? at.closest('.roomrow, .composer__box') : at;
	const faces = isUnseen ? [...(at.parentElement?.children ?? [])] : [whole ?? at];
	// What is drawn beyond the window's edge is not seen; one side may be.
	const isOutlined = faces.some((face) => {
		const { outlineStyle, outlineWidth, outlineOffset, outlineColor } = getComputedStyle(face);
		if (outlineStyle === 'none' || /^rgba\(.*, 0\)$/.test(outlineColor)) return false;
		const width = Number.parseFloat(outlineWidth);
		const out = width + Number.parseFloat(outlineOffset);
		const { left, top, right, bottom } = face.getBoundingClientRect();
		const inside = [left - out >= 0, top - out >= 0, right + out <= innerWidth, bottom + out <= innerHeight];
		return width >= 2 && inside.filter(Boolean).length >= 3;
	});
	const isShadowed = whole?.matches('.composer__box') === true && getComputedStyle(whole).boxShadow !== 'none';
	if (!isOutlined && !isShadowed) return `${name}: no mark`;
	const { left, top, right, bottom } = at.getBoundingClientRect();
	if (left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1) return `${name}: out of view`;
	const under = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
	return at.contains(under) || at.parentElement?.contains(under) ? '' : `${name}: under something else`;
}
