/** Starts the console in the page. */
import { render } from "preact";
import { App } from "./app.tsx";
import { findConfig } from "./config.ts";
import { language, setLanguage } from "./i18n.ts";
import { applyTheme } from "./theme.ts";

setLanguage(language.value);
applyTheme();
findConfig();
const root = document.getElementById("console");
if (root !== null) render(<App />, root);
