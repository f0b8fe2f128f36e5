/** Two transactions that want the same rows wait for each other; neither fails. The order of locks is in `*_booking.sql`. */
import assert from "node:assert/strict";
import postgres from "postgres";
import type { JsonObject } from "../../shared/json.ts";
import { addDays, isoWeekday, todayIn } from "../../shared/tools/local_date.ts";
import { openDatabase, type OpenedDatabase } from "../schema/with_database.ts";
import { eventually } from "./support/eventually.ts";
import { waitingForLocks } from "./support/meanwhile.ts";

const TIMEZONE = "America/New_York";
const PHONE = "+12025550142";

let db: OpenedDatabase;
let sessions: postgres.Sql;
Deno.test.beforeAll(async () => {
  db = await openDatabase({ connections: 5 });
  sessions = postgres(db.database.url("postgres"), { max: 8, onnotice: () => {} });
});
Deno.test.afterAll(async () => {
  await sessions.end();
  await db.close();
});

const today = todayIn(TIMEZONE, new Date());
const DAY = addDays(today, 8 + (9 - isoWeekday(today)) % 7);

class Clinic {
  private constructor(readonly id: string) {}

  static async open(): Promise<Clinic> {
    const [org] = await db.sql<{ id: string }[]>`
      insert into organizations (name, timezone, country) values ('Clinic', ${TIMEZONE}, 'US') returning id`;
    assert.ok(org);
    return new Clinic(org.id);
  }

  /** Calls a tool, as a session of the database. */
  call(
    tool: string,
    args: JsonObject,
    number: string,
    callId: string = number,
  ): Promise<JsonObject> {
    const call = {
      callId: `${this.id}/${callId}`,
      toolCallId: crypto.randomUUID(),
      metadataOrgId: this.id,
      customerNumber: number,
      channels: { sms: true },
    };
    return this.#result(sessions`
      select public.tool_call(${tool}, ${sessions.json(call)}, ${sessions.json(args)}) as result`);
  }

  async #result(rows: PromiseLike<readonly { result?: unknown }[]>): Promise<JsonObject> {
    const [row] = await rows;
    const { result } = row ?? {};
    assert.ok(typeof result === "object" && result !== null);
    return { ...result };
  }

  async book(phone: string, time: string): Promise<string> {
    const result = await this.call("bookClinicAppointment", {
      date: DAY,
      time,
      patientName: `Patient ${phone}`,
      patientPhone: phone,
    }, phone);
    assert.equal(result.success, true, String(result.message));
    return String(result.appointmentId);
  }

  async code(): Promise<string> {
    const [row] = await db.sql<{ body: string }[]>`
      select body from sms_messages where org_id = ${this.id} and kind = 'code' order by created_at desc limit 1`;
    return /\b\d{6}\b/.exec(row?.body ?? "")?.[0] ?? "";
  }

  /** Does something while another session makes all messages to the number wait. */
  async whileTextsWait<T>(begin: () => Promise<T>): Promise<T> {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const holder = sessions.begin(async (sql) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`sms:${this.id}:${PHONE}`}, 0))`;
      locked.resolve();
      await released;
    });
    await locked.promise;
    const begun = begin();
    begun.then(() => release(), () => release());
    const result = await begun;
    await holder;
    return result;
  }
}

/** Resolves when this many statements wait for a lock. */
async function waiting(count: number): Promise<void> {
  await eventually(
    `${count} statements wait for a lock`,
    async () => await waitingForLocks(db.sql) >= count,
  );
}

Deno.test("to ask for a code and to give the one before it at the same moment ends in two answers", async () => {
  const clinic = await Clinic.open();
  await clinic.book(PHONE, "10:00");
  await clinic.book(PHONE, "11:00");
  const stranger = "+12025550177";
  const one = { date: DAY, time: "10:00", phone: PHONE };
  const asked = await clinic.call("cancelAppointment", one, stranger);
  assert.equal(asked.code, "code_sent");
  const code = await clinic.code();

  const answers = await clinic.whileTextsWait(async () => {
    const asking = clinic.call(
      "cancelAppointment",
      { ...one, time: "11:00" },
      stranger,
      "another call",
    );
    await waiting(1);
    const giving = clinic.call("cancelAppointment", { ...one, code }, stranger);
    await waiting(2);
    return [asking, giving];
  });
  const [asking, giving] = await Promise.all(answers);
  assert.equal(asking?.code, "code_sent");
  assert.equal(giving?.success, true, String(giving?.message));
});

Deno.test("to erase a patient whose visit is being cancelled waits for that", async () => {
  const clinic = await Clinic.open();
  await clinic.book(PHONE, "10:00");
  const both = await clinic.whileTextsWait(async () => {
    const cancelling = clinic.call("cancelAppointment", {}, PHONE);
    await waiting(1);
    const erasing = sessions`select public.erase_patient(${clinic.id}, ${PHONE}) as erased`;
    const erased = erasing.then((rows) => rows[0]?.erased);
    await waiting(2);
    return [cancelling, erased];
  });
  const [cancelled, erased] = await Promise.all(both);
  assert.equal(cancelled?.success, true, String(cancelled?.message));
  assert.equal(erased?.contacts, 1);
  assert.equal(erased?.appointments, 1);
});

Deno.test("to erase a number that a code is being sent to waits for that, as a second erasure does", async () => {
  const clinic = await Clinic.open();
  await clinic.book(PHONE, "10:00");
  const all = await clinic.whileTextsWait(async () => {
    const asking = clinic.call("cancelAppointment", { phone: PHONE }, "+12025550177");
    await waiting(1);
    const erase = async () =>
      (await sessions`select public.erase_patient(${clinic.id}, ${PHONE}) as erased`)[0]?.erased;
    const erasing = [erase(), erase()];
    await waiting(3);
    return [asking, ...erasing];
  });
  const [asked, ...erased] = await Promise.all(all);
  assert.equal(asked?.code, "code_sent", String(asked?.message));
  assert.deepEqual(erased.map(({ contacts }) => contacts).toSorted(), [0, 1]);
});

Deno.test("two who book other hours of one clinic don't wait for each other, whichever the provider", async () => {
  const clinic = await Clinic.open();
  const booking = (time: string, phone: string, sql: postgres.TransactionSql) =>
    sql`select public.tool_call('bookClinicAppointment', ${
      sql.json({
        callId: phone,
        customerNumber: phone,
        metadataOrgId: clinic.id,
        channels: { sms: true },
      })
    }, ${
      sql.json({ date: DAY, time, patientName: `Patient ${phone}`, patientPhone: phone })
    }) ->> 'success' as success`;
  await sessions.begin(async (sql) => {
    assert.equal((await booking("10:00", PHONE, sql))[0]?.success, "true");
    // As it is not committed, its locks are held.
    await db.sql.begin(async (other) => {
      await other`set local lock_timeout = '1s'`;
      assert.equal((await booking("11:00", "+12025550177", other))[0]?.success, "true");
    });
  });
});

Deno.test("tidying up expired holds does not wait for transactions that are working on one", async () => {
  const clinic = await Clinic.open();
  const held = await clinic.call("reserveSlot", { date: DAY, time: "10:00" }, PHONE);
  await db.sql`
    update appointments set hold_expires_at = now() - interval '1 second' where id = ${
    String(held.holdId)
  }`;
  await sessions.begin(async (sql) => {
    await sql`select from public.appointments where id = ${String(held.holdId)} for update`;
    await db.sql.begin(async (other) => {
      await other`set local lock_timeout = '1s'`;
      await other`select private.expire_holds()`;
    });
  });
  await db.sql`select private.expire_holds()`;
  const [row] = await db.sql`select state from appointments where id = ${String(held.holdId)}`;
  assert.equal(row?.state, "expired");
});

Deno.test("a code that a newer one was sent after is no longer taken", async () => {
  const clinic = await Clinic.open();
  await clinic.book(PHONE, "10:00");
  const stranger = "+12025550177";
  await clinic.call("cancelAppointment", { phone: PHONE }, stranger);
  const older = await clinic.code();
  await clinic.call("cancelAppointment", { phone: PHONE }, stranger);
  const newer = await clinic.code();
  assert.notEqual(older, newer);
  const refused = await clinic.call("cancelAppointment", { phone: PHONE, code: older }, stranger);
  assert.equal(refused.code, "wrong_code");
  const taken = await clinic.call("cancelAppointment", { phone: PHONE, code: newer }, stranger);
  assert.equal(taken.success, true, String(taken.message));
});
