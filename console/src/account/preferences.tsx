import type { VNode } from "preact";
import { type Language, language, setLanguage, t, tWord } from "../i18n.ts";
import { applyTheme, theme, themes } from "../theme.ts";

const languageNames: Readonly<Record<Language, string>> = { en: "English", es: "Español" };

/** Language and colours, for this browser. */
export function Preferences(): VNode {
  return (
    <div class="preferences">
      <select
        aria-label={t("language")}
        value={language.value}
        onChange={({ currentTarget: { value } }) => setLanguage(value === "es" ? "es" : "en")}
      >
        {Object.entries(languageNames).map(([code, name]) => (
          <option key={code} value={code}>{name}</option>
        ))}
      </select>
      <select
        aria-label={t("theme")}
        value={theme.value}
        onChange={({ currentTarget: { value } }) =>
          applyTheme(themes.find((name) => name === value) ?? "auto")}
      >
        {themes.map((name) => <option key={name} value={name}>{tWord("theme", name)}</option>)}
      </select>
    </div>
  );
}
