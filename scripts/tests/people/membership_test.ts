/** Founding a clinic, and who works there: over HTTP, with the users' own tokens. */
import assert from "node:assert/strict";
import { clinics } from "../support/clinic.ts";
import { Person } from "../support/person.ts";

const all = clinics();

const CLINIC = { p_name: "Example Clinic", p_timezone: "Europe/London", p_country: "GB" };
const FORBIDDEN = { status: 403, code: "VT002" };
const NOT_FOUND = { status: 404, code: "VT001" };
const TOO_MUCH = { status: 429, code: "VT009" };

async function founded(): Promise<{ orgId: string; owner: Person }> {
  const owner = await Person.signUp(all.stack);
  const { orgId } = await owner.does("create_organization", CLINIC);
  return { orgId: String(orgId), owner };
}

async function joined(owner: Person, orgId: string, role: string): Promise<Person> {
  const person = await Person.signUp(all.stack);
  const { invitationId } = await owner.does("invite_member", {
    p_org_id: orgId,
    p_email: person.email,
    p_role: role,
  });
  await person.does("accept_invitation", { p_invitation_id: invitationId ?? null });
  return person;
}

const creation = (mode: string) =>
  all.stack.sql`update platform_settings set organization_creation = ${mode}`;

Deno.test("whoever founds a clinic is its owner, and it can be booked at once", async () => {
  const { orgId, owner } = await founded();
  const members = await owner.rpc("organization_members", { p_org_id: orgId });
  assert.ok(Array.isArray(members.body));
  assert.partialDeepStrictEqual(members.body, [{
    user_id: owner.userId,
    role: "owner",
    email: owner.email,
  }]);
  assert.equal((await owner.rows(`business_hours?org_id=eq.${orgId}`)).length, 5);
});

Deno.test("a clinic is not founded with what makes no sense, or by an address that nobody has proved", async () => {
  const owner = await Person.signUp(all.stack);
  const found = (more: Record<string, string>) =>
    owner.rpc("create_organization", { ...CLINIC, ...more });
  await owner.isRefused({ status: 400, code: "VT004" }, found({ p_country: "UK" }));
  await owner.isRefused({ status: 400, code: "VT004" }, found({ p_name: " " }));
  await all.stack.sql`update auth.users set email_confirmed_at = null where id = ${owner.userId}`;
  await owner.isRefused(FORBIDDEN, found({}));
});

Deno.test("who may found a clinic is the platform's to say", async (test) => {
  try {
    await test.step("invite_only: whom an operator has invited, once", async () => {
      await creation("invite_only");
      const owner = await Person.signUp(all.stack);
      await owner.isRefused(FORBIDDEN, owner.rpc("create_organization", CLINIC));
      await all.stack.sql`
        insert into invitations (email, role) values (${owner.email}, 'owner')`;
      assert.equal((await owner.rpc("my_invitations")).status, 200);
      await owner.does("create_organization", CLINIC);
      await owner.isRefused(FORBIDDEN, owner.rpc("create_organization", CLINIC));
    });
    await test.step("operator_only", async () => {
      await creation("operator_only");
      const owner = await Person.signUp(all.stack);
      await owner.isRefused(FORBIDDEN, owner.rpc("create_organization", CLINIC));
      await all.stack.sql`insert into platform_operators (user_id) values (${owner.userId})`;
      await owner.does("create_organization", CLINIC);
    });
    await test.step("open: as many as the limit", async () => {
      await creation("open");
      const owner = await Person.signUp(all.stack);
      const tries = await Promise.all(
        Array.from({ length: 7 }, () => owner.rpc("create_organization", CLINIC)),
      );
      assert.equal(tries.filter(({ status }) => status === 200).length, 5);
    });
  } finally {
    await creation("open");
  }
});

Deno.test("an invitation is mailed, and joined by the user with that verified address alone", async () => {
  const { orgId, owner } = await founded();
  const [guest, stranger] = [await Person.signUp(all.stack), await Person.signUp(all.stack)];
  const { invitationId } = await owner.does("invite_member", {
    p_org_id: orgId,
    p_email: ` ${guest.email.toUpperCase()} `,
    p_role: "admin",
  });
  const accept = { p_invitation_id: invitationId ?? null };
  const [mail] = await all.stack.sql`select recipient, body from emails where org_id = ${orgId}`;
  assert.equal(mail?.["recipient"], guest.email);
  assert.match(mail?.["body"], /Example Clinic/);
  assert.equal(
    (await all.stack.sql`select from jobs where queue = 'outbox' and org_id = ${orgId}`).length,
    1,
  );

  await stranger.isRefused(NOT_FOUND, stranger.rpc("accept_invitation", accept));
  assert.deepEqual((await stranger.rpc("my_invitations")).body, []);

  await all.stack.sql`update auth.users set email_confirmed_at = null where id = ${guest.userId}`;
  await guest.isRefused(NOT_FOUND, guest.rpc("accept_invitation", accept));
  await all.stack.sql`update auth.users set email_confirmed_at = now() where id = ${guest.userId}`;

  const { body } = await guest.rpc("my_invitations");
  assert.ok(Array.isArray(body));
  assert.partialDeepStrictEqual(body, [{
    invitation_id: invitationId,
    organization: "Example Clinic",
  }]);
  assert.deepEqual(await guest.does("accept_invitation", accept), { orgId, role: "admin" });
  assert.deepEqual(await guest.does("accept_invitation", accept), { orgId, role: "admin" });
});

Deno.test("an invitation that is over lets nobody in", async (test) => {
  const { orgId, owner } = await founded();
  for (
    const [what, end] of [
      [
        "expired",
        (id: string) =>
          all.stack
            .sql`update invitations set expires_at = now() - interval '1 second' where id = ${id}`,
      ],
      ["revoked", (id: string) => owner.does("revoke_invitation", { p_invitation_id: id })],
      ["used by a member who was removed", async (id: string) => {
        const [guest] = await all.stack.sql`
          select users.id from auth.users join invitations using (email) where invitations.id = ${id}`;
        await all.stack.sql`
          update invitations set accepted_at = now(), accepted_by = ${
          guest?.["id"]
        } where id = ${id}`;
      }],
    ] as const
  ) {
    await test.step(what, async () => {
      const guest = await Person.signUp(all.stack);
      const { invitationId } = await owner.does("invite_member", {
        p_org_id: orgId,
        p_email: guest.email,
      });
      await end(String(invitationId));
      await guest.isRefused(
        NOT_FOUND,
        guest.rpc("accept_invitation", { p_invitation_id: invitationId ?? null }),
      );
    });
  }
});

Deno.test("what a member invited is worth no more than their role is later", async () => {
  const { orgId, owner } = await founded();
  const other = await joined(owner, orgId, "owner");
  const [friend, helper] = [await Person.signUp(all.stack), await Person.signUp(all.stack)];
  const invited = async (email: string, role: string) => {
    const { invitationId } = await other.does("invite_member", {
      p_org_id: orgId,
      p_email: email,
      p_role: role,
    });
    return { p_invitation_id: invitationId ?? null };
  };
  const asOwner = await invited(friend.email, "owner");
  const asMember = await invited(helper.email, "member");
  const demote = { p_org_id: orgId, p_user_id: other.userId };
  await owner.does("change_member_role", { ...demote, p_role: "admin" });
  await friend.isRefused(NOT_FOUND, friend.rpc("accept_invitation", asOwner));
  await owner.does("change_member_role", { ...demote, p_role: "member" });
  await helper.isRefused(NOT_FOUND, helper.rpc("accept_invitation", asMember));
});

Deno.test("nobody is flooded with invitations, revoked and sent again, of one clinic or of many", async () => {
  const [one, two] = [await founded(), await founded()];
  const victim = { p_email: `${crypto.randomUUID()}@example.com`, p_role: "member" };
  const invite = ({ owner, orgId }: typeof one) =>
    owner.rpc("invite_member", { ...victim, p_org_id: orgId });
  for (let n = 0; n < 10; n++) {
    const { invitationId } = await one.owner.does("invite_member", {
      ...victim,
      p_org_id: one.orgId,
    });
    await one.owner.does("revoke_invitation", { p_invitation_id: invitationId ?? null });
  }
  for (const clinic of [one, two]) await clinic.owner.isRefused(TOO_MUCH, invite(clinic));
  const [{ mails } = {}] = await all.stack
    .sql`select count(*)::int as mails from emails where recipient = ${victim.p_email}`;
  assert.equal(mails, 10);
});

Deno.test("a user who founds clinics and deletes them again starts from zero with none of them", async () => {
  const { orgId, owner } = await founded();
  const name = { p_name: CLINIC.p_name };
  await owner.does("add_to_waitlist", {
    p_org_id: orgId,
    p_patient_name: "Test Patient",
    p_patient_phone: "+447700900123",
  });
  await all.stack.sql`
    select private.queue_sms(org_id, id, phone, 'confirmation', 'Booked.', 'one') from contacts where org_id = ${orgId}`;
  const texts = async () => {
    const [{ texts } = {}] = await all.stack.sql`
      select sum(texts)::int as texts from private.platform_text_counts where day = (now() at time zone 'UTC')::date`;
    return texts;
  };
  const before = await texts();
  assert.ok(before > 0);
  await owner.does("delete_organization", { ...name, p_org_id: orgId });
  await all.stack.cron.run("delete-ended-organizations");
  assert.equal(await texts(), before);
  for (let n = 0; n < 4; n++) {
    const { orgId: next } = await owner.does("create_organization", CLINIC);
    await owner.does("delete_organization", { ...name, p_org_id: String(next) });
  }
  await owner.isRefused(TOO_MUCH, owner.rpc("create_organization", CLINIC));
});

Deno.test("each role does what it may", async (test) => {
  const { orgId, owner } = await founded();
  const admin = await joined(owner, orgId, "admin");
  const member = await joined(owner, orgId, "member");
  const stranger = await Person.signUp(all.stack);
  const org = { p_org_id: orgId };
  const invite = { ...org, p_email: "someone@example.com" };
  const promote = { ...org, p_user_id: member.userId, p_role: "admin" };
  const cases: [string, Person, string, Record<string, string>][] = [
    ["a member invites nobody", member, "invite_member", invite],
    ["an admin invites no owner", admin, "invite_member", { ...invite, p_role: "owner" }],
    ["an admin changes no role", admin, "change_member_role", promote],
    ["an admin removes nobody", admin, "remove_member", { ...org, p_user_id: member.userId }],
    ["a stranger sees nobody", stranger, "organization_members", org],
    ["a stranger changes nothing", stranger, "change_member_role", promote],
  ];
  for (const [what, person, rpc, parameters] of cases) {
    await test.step(
      what,
      async () => void await person.isRefused(FORBIDDEN, person.rpc(rpc, parameters)),
    );
  }
  await test.step("an owner changes roles, and a member may leave", async () => {
    await owner.does("change_member_role", promote);
    await member.does("remove_member", { ...org, p_user_id: member.userId });
    await member.isRefused(FORBIDDEN, member.rpc("organization_members", org));
  });
});

Deno.test("a clinic keeps an owner, also if two remove each other at once", async () => {
  const { orgId, owner } = await founded();
  const alone = { p_org_id: orgId, p_user_id: owner.userId };
  await owner.isRefused(FORBIDDEN, owner.rpc("remove_member", alone));
  await owner.isRefused(FORBIDDEN, owner.rpc("change_member_role", { ...alone, p_role: "admin" }));

  const other = await joined(owner, orgId, "owner");
  await Promise.all([
    owner.rpc("remove_member", { p_org_id: orgId, p_user_id: other.userId }),
    other.rpc("remove_member", { p_org_id: orgId, p_user_id: owner.userId }),
  ]);
  const left = await all.stack.sql`select user_id from members where org_id = ${orgId}`;
  assert.equal(left.length, 1);
});
