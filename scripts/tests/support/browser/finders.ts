/** Added to every page as `document.test`: finds elements as people do, by the text on them. */
export const finders = `(() => {
  const isSeen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const top = () => [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body ?? document.documentElement;
  const all = (selector) => [...top().querySelectorAll(selector)].filter(isSeen);
  const textOf = (element) => (element.getAttribute("aria-label") ??
    (element.tagName === "LABEL" ? [...element.childNodes].map((node) => node.textContent.trim()).find((text) => text !== "") : element.innerText) ?? "").trim();
  const find = (elements, name) =>
    elements.find((element) => textOf(element) === name) ??
    elements.find((element) => textOf(element).startsWith(name)) ?? null;
  const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
  const boxOf = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height];
  };
  let aimed;
  addEventListener("click", ({ target }) => {
    if (aimed?.element.contains(target)) aimed.isHit = true;
  }, { capture: true });
  document.test = {
    sees: (text) => (document.body?.innerText ?? "").includes(text),
    named: (name) => {
      const found = find(all("a, button, summary, label, [role=tab]"), name);
      return found === null || found.disabled ? null : found;
    },
    field: (name) => {
      const label = find(all("label"), name);
      const labelled = label && (label.control ?? document.getElementById(label.htmlFor));
      return labelled ?? find(all("input[aria-label], select[aria-label], textarea[aria-label]"), name);
    },
    /** Whether a click would hit what \`find\` finds: it does not move, and nothing covers it. Then \`aimed\` is where. */
    aim: async (find) => {
      const element = find();
      if (element === null) return false;
      element.scrollIntoView({ block: "center" });
      const before = boxOf(element);
      await frame();
      await frame();
      const box = boxOf(element);
      const [x, y, width, height] = box;
      const point = [x + width / 2, y + height / 2];
      const isStill = element.isConnected && element === find() && String(box) === String(before);
      if (!isStill || !element.contains(document.elementFromPoint(...point))) return false;
      aimed = { element, point, isHit: false };
      return true;
    },
    aimed: () => aimed.point,
    /** A page that has since been left has no aim: the click has led here. */
    missed: () => aimed !== undefined && !aimed.isHit,
    /** A select, and inputs whose pickers are filled part by part from the keyboard. */
    fillPicker: (field, value) => {
      if (field.tagName !== "SELECT" && !["date", "time"].includes(field.type)) return false;
      const option = [...field.options ?? []].find((each) => each.text === value || each.value === value);
      const prototype = Object.getPrototypeOf(field);
      Object.getOwnPropertyDescriptor(prototype, "value").set.call(field, option?.value ?? value);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      return true;
    },
  };
})()`;
