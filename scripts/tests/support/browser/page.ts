/** A page in a browser, used as a person uses it: looks for its texts, clicks, and types. */

import type { Devtools } from "./devtools.ts";
import { finders } from "./finders.ts";

export interface Page {
  goto(url: string): Promise<void>;
  /** Evaluates an expression in the page and awaits a promise. Throws what it throws. */
  evaluate(expression: string): Promise<unknown>;
  /** Until an expression holds in the page. Throws after a while, with what the page says. */
  until(what: string, expression: string): Promise<void>;
  /** Until the page says it, in an element that is seen. */
  sees(text: string): Promise<void>;
  seesNot(text: string): Promise<void>;
  /** Clicks the first link, button, option or summary with that name, once it lies still and open; it gets one click. */
  click(name: string): Promise<void>;
  /** Replaces the contents of the field with that label; in a select, chooses the option with that text. */
  fill(label: string, value: string): Promise<void>;
  press(key: string): Promise<void>;
  resize(width: number, height?: number): Promise<void>;
  useScheme(scheme: "light" | "dark"): Promise<void>;
  screenshot(): Promise<Uint8Array>;
  /** What went wrong in the page: exceptions, and what its console calls an error. */
  readonly errors: readonly string[];
  /** URLs requested since `forgetRequests`. */
  readonly requests: readonly string[];
  forgetRequests(): void;
  close(): Promise<void>;
}

/** For a busy machine, as in eventually(). */
const SECONDS = 60;
const TWO_FRAMES =
  "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))";

export async function openPage(devtools: Devtools): Promise<Page> {
  const { browserContextId } = await devtools.send("Target.createBrowserContext");
  const { targetId } = await devtools.send("Target.createTarget", {
    url: "about:blank",
    browserContextId,
  });
  const { sessionId } = await devtools.send("Target.attachToTarget", { targetId, flatten: true });
  const session = String(sessionId);
  const send = (method: string, params = {}) => devtools.send(method, params, session);
  const errors: string[] = [];
  let requests: string[] = [];
  devtools.listen(session, (method, params) => {
    const text = JSON.stringify(params);
    if (method === "Runtime.exceptionThrown") errors.push(text);
    else if (method === "Log.entryAdded" && text.includes('"level":"error"')) errors.push(text);
    else if (method === "Network.requestWillBeSent") {
      requests.push(/"url":"([^"]+)"/.exec(text)?.[1] ?? "");
    }
  });
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(`${domain}.enable`);
  await send("Page.addScriptToEvaluateOnNewDocument", { source: finders });
  await send("Emulation.setFocusEmulationEnabled", { enabled: true });

  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return typeof result === "object" && result !== null && "value" in result
      ? result.value
      : undefined;
  };
  const until = async (what: string, expression: string): Promise<void> => {
    const deadline = Date.now() + SECONDS * 1000;
    // A navigation may take the page away from under a look.
    while (await evaluate(expression).catch(() => false) !== true) {
      if (Date.now() > deadline) {
        const text = await evaluate("document.body?.innerText").catch(String);
        throw new Error(
          `Gave up after ${SECONDS} s until ${what}. The page says:\n${text}\n${errors.join("\n")}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const clickAt = async (what: string, expression: string) => {
    const deadline = Date.now() + SECONDS * 1000;
    for (;;) {
      await until(what, `document.test.aim(() => ${expression})`);
      const at = await evaluate("document.test.aimed()");
      if (!Array.isArray(at)) throw new Error(`Cannot point at ${what}`);
      const point = { x: Number(at[0]), y: Number(at[1]), button: "left", clickCount: 1 };
      await send("Input.dispatchMouseEvent", { type: "mousePressed", ...point });
      await send("Input.dispatchMouseEvent", { type: "mouseReleased", ...point });
      // An element that was redrawn in the meantime got no click; a page that is left answers nothing.
      if (await evaluate("document.test.missed()").catch(() => false) !== true) break;
      if (Date.now() > deadline) throw new Error(`No click arrives, though ${what}`);
    }
    // The next steps look at what the click has drawn; a page that is left draws nothing.
    await evaluate(TWO_FRAMES).catch(() => {});
  };
  const press = async (key: string) => {
    const codes: Record<string, number> = { Enter: 13, Escape: 27, Tab: 9, " ": 32 };
    const text = key === "Enter" ? { text: "\r" } : key === " " ? { text: " " } : {};
    const event = {
      key,
      code: key === " " ? "Space" : key,
      windowsVirtualKeyCode: codes[key] ?? 0,
    };
    await send("Input.dispatchKeyEvent", { type: "keyDown", ...event, ...text });
    await send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
  };

  return {
    evaluate,
    until,
    press,
    goto: async (url) => {
      await send("Page.navigate", { url });
      // Waits until another route of the same page has removed what the last one showed.
      await evaluate(TWO_FRAMES).catch(() => {});
    },
    sees: (text) => until(`"${text}" is seen`, `document.test.sees(${JSON.stringify(text)})`),
    seesNot: (text) => until(`"${text}" is gone`, `!document.test.sees(${JSON.stringify(text)})`),
    click: (name) =>
      clickAt(`"${name}" can be clicked`, `document.test.named(${JSON.stringify(name)})`),
    fill: async (label, value) => {
      const field = `document.test.field(${JSON.stringify(label)})`;
      await until(`there is a field "${label}"`, `${field} !== null`);
      if (await evaluate(`document.test.fillPicker(${field}, ${JSON.stringify(value)})`)) return;
      await evaluate(`${field}.focus(), ${field}.select()`);
      if (value === "") {
        await send("Input.dispatchKeyEvent", {
          type: "keyDown",
          key: "Delete",
          windowsVirtualKeyCode: 46,
        });
      } else await send("Input.insertText", { text: value });
    },
    resize: async (width, height = 800) => {
      await send("Emulation.setDeviceMetricsOverride", {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: false,
      });
    },
    useScheme: async (scheme) => {
      await send("Emulation.setEmulatedMedia", {
        features: [
          { name: "prefers-color-scheme", value: scheme },
          { name: "prefers-reduced-motion", value: "reduce" },
        ],
      });
    },
    screenshot: async () => {
      const { data } = await send("Page.captureScreenshot", { format: "png" });
      return Uint8Array.from(atob(String(data)), (letter) => letter.charCodeAt(0));
    },
    errors,
    get requests() {
      return requests;
    },
    forgetRequests: () => requests = [],
    close: async () => {
      await devtools.send("Target.disposeBrowserContext", { browserContextId });
    },
  };
}
