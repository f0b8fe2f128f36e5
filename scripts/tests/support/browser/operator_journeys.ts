/** What operators of the platform do in the console. */
import { eventually } from "../eventually.ts";
import { deleteAssistant } from "../hand_made.ts";
import { Person } from "../person.ts";
import type { ConsoleWorld } from "./console_world.ts";
import type { Page } from "./page.ts";
import { picture } from "./picture.ts";
import { saveAgent } from "./save_agent.ts";

type Test = (name: string, journey: (world: ConsoleWorld) => Promise<void>) => void;

/** A clinic with a linked agent, seen by an operator who is not a member of it. */
async function operated({ stack, visit, clinic }: ConsoleWorld, name: string) {
  const [operator, owner] = [await Person.signUp(stack), await Person.signUp(stack)];
  await stack.sql`insert into platform_operators (user_id) values (${operator.userId})`;
  const orgId = await clinic(owner, name);
  const { agentId } = await saveAgent(owner, orgId, { name: "Reception" });
  const page = await visit(operator, "#/operator/organizations");
  const open = (hash: string) => page.goto(`${stack.consoleUrl}#/operator/${hash}`);
  return { owner, orgId, agentId, page, open };
}

export function operatorJourneys(test: Test): void {
  test("an operator finds a clinic's jobs, and what others are is hidden from them", async (world) => {
    const { owner, orgId, agentId, page, open } = await operated(world, "Findable Clinic");
    await open("organizations?search=findable");
    await page.sees("Findable Clinic");
    await page.click("Jobs");
    await open(`jobs?queue=tool-sync&org=${orgId}`);
    await page.click(`agent:${agentId}`);
    await page.sees("Attempt 1");
    await page.sees("Claimed");
    await page.sees("PATCH /assistant/");
    await picture(page, "console-trace");

    const other = await world.visit(owner, "#/operator/jobs");
    await other.sees("There is nothing here");
  });

  test("an operator retries and cancels all jobs that match, after being asked", async (world) => {
    const { orgId, page, open } = await operated(world, "Failing Clinic");
    // A job of an unknown kind succeeds when it is tried again.
    await world.stack.sql`
      insert into jobs (queue, key, org_id, status, payload, finished_at)
      select 'outbox', 'test:' || n || ${orgId}, ${orgId}, 'dead', '{"kind": "none"}', now()
      from generate_series(1, 3) n`;
    await open(`jobs?queue=outbox&org=${orgId}&state=dead`);
    await page.click("Retry all dead that match");
    await page.sees("3 jobs that gave up are queued again");
    await inDialog(page, "Retry all dead that match");
    await page.sees("3 queued again");
    await world.stack.sql`
      insert into jobs (queue, key, org_id, payload, run_at)
      values ('outbox', ${`later:${orgId}`}, ${orgId}, '{"kind": "none"}', now() + interval '1 day')`;
    await open(`jobs?org=${orgId}&key=later:${orgId}`);
    await page.sees(`later:${orgId}`);
    await page.click("Cancel all that match");
    await page.sees("This can't be undone");
    await inDialog(page, "Cancel all that match");
    await page.sees("1 ended");
  });

  test("an operator sees what a migration would do, starts it, and has a finding repaired", async (world) => {
    const { stack } = world;
    const { agentId, page, open } = await operated(world, "Repaired Clinic");
    await open(`tools?search=${agentId}`);
    await page.sees("Who has what");
    await page.sees("Reception");
    await open("figures");
    await page.sees("Requests to Vapi");

    await open("migration");
    await page.click("What would it do?");
    await page.sees("agents would change");
    await page.click("Start a migration");
    await page.sees("Those that have them are left alone");
    await inDialog(page, "Start a migration");
    await page.sees("Done");

    const [agent] = await stack.sql`select assistant_id from agents where id = ${agentId}`;
    await deleteAssistant(stack.vapi, String(agent?.assistant_id));
    await open("verification");
    await page.click("Verify now");
    await page.sees("missing assistant");
    await page.click("Repair: missing_assistant");
    await page.sees("Repair requested");
    const isBack = async () => {
      const [now] = await stack.sql`select assistant_id from agents where id = ${agentId}`;
      return now?.assistant_id !== null && now?.assistant_id !== agent?.assistant_id;
    };
    await eventually("the assistant is there again", isBack);
  });
}

/** Presses the dialog's button, which has the name of the button that opened it. */
async function inDialog(page: Page, name: string): Promise<void> {
  await page.evaluate(`[...document.querySelectorAll("dialog button")].find(
    ({ textContent }) => textContent === ${JSON.stringify(name)}).click()`);
}
