// Runs in a page and returns what a reader would find wrong with its layout: text that runs over other text or over a
// control, text that is cut off, a page that is wider than its window.
() => {
  const wrong = [];
  if (document.documentElement.scrollWidth > innerWidth) wrong.push(`${document.documentElement.scrollWidth} wide`);

  const styles = new Map();
  const style = (element) => styles.get(element) ?? styles.set(element, getComputedStyle(element)).get(element);
  const cuts = (element) => ["hidden", "clip"].some((way) => [style(element).overflowX, style(element).overflowY].includes(way));
  const scrolls = (element) => /auto|scroll/.test(style(element).overflowX + style(element).overflowY);
  const ancestors = (node) => node.parentElement ? [node.parentElement, ...ancestors(node.parentElement)] : [];
  // What is there for screen readers alone: a point, or moved out of the window.
  const isUnseen = (element, box) => style(element).clipPath !== "none" || (cuts(element) && (box.width <= 1 || box.height <= 1));

  // What is left of a box inside everything around it that scrolls; nothing where the reader does not see it.
  const seen = (box, around, text) => {
    let { left, top, right, bottom } = box;
    for (const element of around) {
      const frame = element.getBoundingClientRect();
      if (isUnseen(element, frame)) return null;
      const spare = 1 + (parseFloat(style(element).overflowClipMargin) || 0);
      if (cuts(element) && text && (right > frame.right + spare || left < frame.left - spare || bottom > frame.bottom + spare)) wrong.push(`cut off: ${text}`);
      if (!scrolls(element)) continue;
      [left, right] = [Math.max(left, frame.left), Math.min(right, frame.right)];
      [top, bottom] = [Math.max(top, frame.top), Math.min(bottom, frame.bottom)];
    }
    return right - left > 1 && bottom - top > 1 && right > 0 ? { left, top, right, bottom } : null;
  };

  const boxes = [];
  const visible = { checkVisibilityCSS: true, checkOpacity: true };
  const add = (node, around, rects, text) => {
    for (const rect of rects) {
      // A line of text fills the middle of its box: letters do not touch where the boxes of two lines just do.
      const spare = text ? rect.height * 0.25 : 1;
      const box = { left: rect.left + 1, right: rect.right - 1, top: rect.top + spare, bottom: rect.bottom - spare };
      const part = seen(box, around, text);
      if (part) boxes.push({ ...part, node, text });
    }
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, text = node.data.trim();
    if (!text || !node.parentElement.checkVisibility(visible)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    add(node, ancestors(node), range.getClientRects(), text.slice(0, 40));
  }
  for (const control of document.querySelectorAll("input:not([type=hidden]), select, textarea, button, img"))
    if (control.checkVisibility(visible)) add(control, ancestors(control), [control.getBoundingClientRect()], "");

  boxes.sort((one, other) => one.top - other.top);
  const what = ({ node, text }) => text || `<${node.localName} ${node.name || ""}>`;
  boxes.forEach((upper, place) => {
    for (const lower of boxes.slice(place + 1)) {
      if (lower.top >= upper.bottom) break;
      const isApart = lower.left >= upper.right || upper.left >= lower.right || lower.node === upper.node;
      if (!isApart && !upper.node.contains(lower.node) && !lower.node.contains(upper.node)) wrong.push(`${what(upper)} / ${what(lower)}`);
    }
  });
  return [...new Set(wrong)];
}
