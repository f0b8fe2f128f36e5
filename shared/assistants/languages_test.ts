import assert from "node:assert/strict";
import { nearestLanguage } from "./languages.ts";

Deno.test("nearestLanguage() finds what a transcriber calls a language", () => {
  const cases: [transcriber: string, language: string, nearest: string | null][] = [
    ["deepgram", "de-DE", "de"],
    ["deepgram", "fr-FR", "fr"],
    ["deepgram", "es-MX", "es"],
    ["deepgram", "en-US", "en-US"],
    ["deepgram", "en_gb", "en-GB"],
    ["deepgram", "pt-BR", "pt-BR"],
    ["deepgram", "ja-JP", "ja"],
    ["deepgram", "multi", "multi"],
    ["deepgram", "tlh", null],
    ["deepgram", "nb-NO", "no"],
    ["azure", "no", "nb-NO"],
    ["google", "nn", "Norwegian"],
    ["deepgram", "zh-Hant-TW", "zh-TW"],
    ["azure", "zh-Hant", "zh-TW"],
    ["azure", "zh-Hans", "zh-CN"],
    ["speechmatics", "zh-CN", "cmn"],
    ["gladia", "iw", "he"],
    ["deepgram", "fil-PH", "tl"],
    ["google", "multi", "Multilingual"],
    ["azure", "de", "de-DE"],
    ["azure", "de-DE", "de-DE"],
    ["azure", "de-LU", "de-DE"],
    ["azure", "en", "en-US"],
    ["google", "de-DE", "German"],
    ["google", "German", "German"],
    ["assembly-ai", "en-US", "en"],
    ["assembly-ai", "de", null],
    ["custom-transcriber", "de", null],
    ["unheard-of", "de", null],
    ["deepgram", "no such language", null],
  ];
  for (const [transcriber, language, nearest] of cases) {
    assert.equal(nearestLanguage(transcriber, language), nearest, `${transcriber} ${language}`);
  }
});
