import type { VNode } from "preact";
import { t, tWord } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { attempt } from "../ui/toast.tsx";
import { type Mood, moods, readMood, setMood } from "./stack_api.ts";

/** A switch for Vapi's behaviour. */
export function Faults(): VNode {
  const mood = useLoad("mood", readMood);
  const choose = (next: Mood) =>
    attempt(async () => {
      await setMood(next);
      mood.set(next);
    });
  return (
    <fieldset class="segments">
      <legend>{t("faultsTitle")}</legend>
      {moods.map((each) => (
        <label key={each}>
          <input
            type="radio"
            name="mood"
            checked={mood.value === each}
            onChange={() => choose(each)}
          />
          <span>{tWord("vapi", each)}</span>
        </label>
      ))}
    </fieldset>
  );
}
