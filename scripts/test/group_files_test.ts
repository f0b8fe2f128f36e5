import assert from "node:assert/strict";
import { groupFiles } from "./group_files.ts";

const CLINICS = "const all = clinics();\n";

Deno.test("groupFiles() puts files together that ask for the same stack, wherever they lie", () => {
  assert.deepEqual(
    groupFiles([
      { path: "functions/sms-send/sms-send_test.ts", text: CLINICS },
      { path: "scripts/tests/names_test.ts", text: CLINICS },
      { path: "scripts/tests/sms_test.ts", text: "const world = outboxWorld();\n" },
      {
        path: "scripts/tests/sms_words_test.ts",
        text: "const world = outboxWorld({ twilio: { delivers: false } });\n",
      },
    ]),
    [
      {
        name: "clinics",
        paths: ["functions/sms-send/sms-send_test.ts", "scripts/tests/names_test.ts"],
      },
      { name: "outboxWorld", paths: ["scripts/tests/sms_test.ts"] },
      {
        name: "outboxWorld { twilio: { delivers: false } }",
        paths: ["scripts/tests/sms_words_test.ts"],
      },
    ],
  );
});

Deno.test("groupFiles() leaves a file alone that prepares its stack for all of its tests", () => {
  const hook = `${CLINICS}Deno.test.beforeAll(() => all.stack.net.pause());\n`;
  const groups = groupFiles([
    { path: "shared/one_test.ts", text: CLINICS },
    { path: "shared/two_test.ts", text: hook },
  ]);
  assert.deepEqual(groups.map(({ paths }) => paths), [["shared/one_test.ts"], [
    "shared/two_test.ts",
  ]]);
});

Deno.test("groupFiles() puts small files of a folder together, and leaves alone what takes long by itself", () => {
  const groups = groupFiles(
    [
      "scripts/tests/chaos_test.ts",
      "scripts/tests/alerts_test.ts",
      "scripts/tests/pages_test.ts",
      "scripts/tests/restore_test.ts",
      "scripts/cli_test.ts",
      "scripts/local/child_test.ts",
      "shared/retry_test.ts",
    ].map((path) => ({ path, text: "" })),
  );
  assert.deepEqual(groups.map(({ paths }) => paths), [
    ["scripts/tests/pages_test.ts", "scripts/tests/restore_test.ts"],
    ["scripts/cli_test.ts", "scripts/local/child_test.ts"],
    ["scripts/tests/chaos_test.ts"],
    ["scripts/tests/alerts_test.ts"],
    ["shared/retry_test.ts"],
  ]);
});

Deno.test("groupFiles() puts together what needs no stack, but for what asks for one", () => {
  const groups = groupFiles([
    { path: "scripts/tests/database/appointments_test.ts", text: CLINICS },
    { path: "scripts/tests/database/retention_test.ts", text: "" },
    { path: "scripts/tests/support/unit/meaning_test.ts", text: "" },
  ]);
  assert.deepEqual(groups.map(({ name, paths }) => [name, paths.length]), [
    ["database", 2],
    ["clinics", 1],
  ]);
});

Deno.test("groupFiles() begins with what takes longest by itself, then with groups of many files, then with what takes long", () => {
  const paths = [
    "shared/a_test.ts",
    "scripts/tests/chaos_test.ts",
    "scripts/tests/deploy_task_test.ts",
    "scripts/b_test.ts",
    "scripts/c_test.ts",
  ];
  const groups = groupFiles(paths.map((path) => ({ path, text: "" })));
  assert.deepEqual(groups.map(({ name }) => name), [paths[2], "scripts", paths[1], "shared"]);
});

Deno.test("groupFiles() divides what is too much for one process into even parts, and loses no file", () => {
  const files = Array.from({ length: 20 }, (_, index) => ({
    path: `shared/file${index}_test.ts`,
    text: "x".repeat(20_000),
  }));
  const groups = groupFiles(files);
  assert.deepEqual(groups.map(({ name, paths }) => [name, paths.length]), [
    ["shared 1", 10],
    ["shared 2", 10],
  ]);
  assert.deepEqual(
    groups.flatMap(({ paths }) => paths).sort(),
    files.map(({ path }) => path).sort(),
  );
});
