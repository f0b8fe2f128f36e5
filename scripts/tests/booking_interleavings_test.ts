/**
 * Random interleavings of everything that callers can do with a few slots, on the real database. After each wave of simultaneous calls,
 * what the callers were told must be true.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import type { JsonObject } from "../../shared/json.ts";
import { addDays, isoWeekday, todayIn } from "../../shared/tools/local_date.ts";
import { openDatabase, type OpenedDatabase } from "../schema/with_database.ts";
import { isLong } from "./support/amount.ts";

const RUNS = isLong ? 500 : 15;
const SEED = Number(Deno.env.get("SEED") ?? Date.now() % 2 ** 31);

const TIMEZONE = "America/New_York";
const SLOTS = ["09:00", "09:15", "09:30", "09:45"] as const;
const ACTORS = 3;

/** A caller's possible actions; one that is listed more often is chosen more often. */
const KINDS = [
  ...["hold", "hold", "reserve", "reserve", "reserve", "reserve"] as const,
  ...["verify", "verify", "verify", "verify", "guess"] as const,
  ...["book", "book", "cancel", "cancel", "reschedule", "reschedule", "reschedule"] as const,
];

interface Action {
  actor: number;
  kind: typeof KINDS[number];
  slot: typeof SLOTS[number];
}

/** Simultaneous calls, at most one per caller; or all holds expire. */
type Wave = Action[] | "expire";

const action: fc.Arbitrary<Action> = fc.record({
  actor: fc.nat(ACTORS - 1),
  kind: fc.constantFrom(...KINDS),
  slot: fc.constantFrom(...SLOTS),
});

const wave: fc.Arbitrary<Wave> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.uniqueArray(action, {
      minLength: 1,
      maxLength: ACTORS,
      selector: (each) => each.actor,
    }),
  },
  { weight: 1, arbitrary: fc.constant<Wave>("expire") },
);

const resultSchema = z.looseObject({
  success: z.boolean(),
  code: z.string().optional(),
  holdId: z.string().optional(),
  appointmentId: z.string().optional(),
  scheduledAt: z.string().optional(),
});

const rowSchema = z.object({
  id: z.string(),
  calendar_id: z.string(),
  state: z.string(),
  starts_at: z.date(),
  ends_at: z.date(),
  is_live: z.boolean(),
});
type Row = z.infer<typeof rowSchema>;

let db: OpenedDatabase;

Deno.test.beforeAll(async () => {
  // No function runs here: the messages that bookings request stay where they are.
  db = await openDatabase({ connections: 5 });
});
Deno.test.afterAll(() => db.close());

Deno.test(`${RUNS} random interleavings keep every promise made to a caller (seed ${SEED})`, async () => {
  const waves = fc.array(wave, { minLength: 3, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(waves, fc.integer({ min: 1, max: 2 }), async (played, calendars) => {
      const clinic = await FewSlots.open(calendars);
      for (const each of played) await clinic.play(each);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

/** A clinic that opens from 9 to 10:15, for visits of half an hour, and what its callers were told. */
class FewSlots {
  /** Appointments that a caller was told are booked, with their time, and has not since been told are cancelled. */
  readonly promised = new Map<string, string>();

  private constructor(readonly orgId: string, readonly day: string) {}

  static async open(calendars: number): Promise<FewSlots> {
    const today = todayIn(TIMEZONE, new Date());
    const day = addDays(today, 8 + (8 - isoWeekday(today)) % 7);
    const [org] = await db.sql<{ id: string }[]>`
      with org as (
        insert into organizations (name, timezone, country) values ('Clinic', ${TIMEZONE}, 'US') returning id
      ) select id from org`;
    assert.ok(org);
    await db.sql`
      with narrow as (
        update business_hours set opens = '09:00', closes = '10:15' where org_id = ${org.id}
      ), generous as (
        update sms_policies set max_codes_per_hour = 50, max_per_day = 50 where org_id = ${org.id}
      )
      insert into calendars (org_id, name, position)
      select ${org.id}, 'Calendar ' || n, n from generate_series(2, ${calendars}::int) n`;
    return new FewSlots(org.id, day);
  }

  async play(wave: Wave): Promise<void> {
    const before = await this.rows();
    if (wave === "expire") {
      await db.sql`
        update appointments set hold_expires_at = now() - interval '1 second'
        where org_id = ${this.orgId} and state = 'held'`;
    } else {
      const codes = await this.codes();
      const results = await Promise.all(wave.map((each) => this.act(each, codes)));
      const after = await this.rows();
      for (const [i, each] of wave.entries()) this.check(each, results[i], before, after);
    }
    this.checkState(await this.rows());
  }

  /** The caller's code, from the newest text message to them. */
  async codes(): Promise<Map<string, string>> {
    const rows = await db.sql<{ recipient: string; body: string }[]>`
      select recipient, body from sms_messages
      where org_id = ${this.orgId} and kind = 'code' order by created_at`;
    return new Map(
      rows.map(({ recipient, body }) => [recipient, /\b\d{6}\b/.exec(body)?.[0] ?? ""]),
    );
  }

  async rows(): Promise<Row[]> {
    return z.array(rowSchema).parse(
      await db.sql`
      select id, calendar_id, state, starts_at, ends_at,
        state = 'confirmed' or (state = 'held' and hold_expires_at > now()) as is_live
      from appointments where org_id = ${this.orgId}`,
    );
  }

  async act(
    { actor, kind, slot }: Action,
    codes: Map<string, string>,
  ): Promise<z.infer<typeof resultSchema>> {
    const phone = `+1555123000${actor}`;
    const when = { date: this.day, time: slot };
    const patient = { patientName: `Patient ${actor}`, patientPhone: phone };
    const calls: Record<Action["kind"], [tool: string, args: JsonObject]> = {
      hold: ["reserveSlot", when],
      reserve: ["reserveAppointment", { ...when, ...patient }],
      verify: ["verifyBookingCode", { code: codes.get(phone) ?? "000000" }],
      guess: ["verifyBookingCode", { code: "000000" }],
      book: ["bookClinicAppointment", { ...when, ...patient }],
      // Of several, the first, whichever that is.
      cancel: ["cancelAppointment", {}],
      reschedule: ["rescheduleAppointment", { newDate: this.day, newTime: slot }],
    };
    const [tool, args] = calls[kind];
    const call = {
      callId: `${this.orgId}/${actor}`,
      toolCallId: crypto.randomUUID(),
      metadataOrgId: this.orgId,
      customerNumber: phone,
      channels: { sms: true },
    };
    const [row] = await db.sql`
      select public.tool_call(${tool}, ${db.sql.json(call)}, ${db.sql.json(args)}) as result`;
    return resultSchema.parse(row?.result);
  }

  /** What one caller was told, compared with the state before or after the wave. */
  check(
    { kind, slot }: Action,
    result: z.infer<typeof resultSchema> | undefined,
    before: readonly Row[],
    after: readonly Row[],
  ): void {
    assert.ok(result);
    const { success, code, holdId, appointmentId, scheduledAt } = result;
    const at = (id: string | undefined) => after.find((row) => row.id === id);
    if (code === "slot_taken") {
      const wished = new Date(`${this.day}T${slot}:00${this.offset}`);
      const clashes = [...before, ...after].filter((row) => row.is_live && overlaps(row, wished));
      assert.notEqual(clashes.length, 0, `${kind} ${slot} was refused although nobody had it`);
    }
    if (!success) return;

    if (kind === "cancel") {
      assert.equal(at(appointmentId)?.state, "cancelled");
      this.promised.delete(appointmentId ?? "");
    } else if (appointmentId !== undefined) {
      assert.equal(at(appointmentId)?.state, "confirmed", `${kind} said booked`);
      if (kind === "verify") {
        assert.ok(
          before.find(({ id }) => id === appointmentId)?.is_live,
          "an expired hold was confirmed",
        );
      }
      this.promised.set(appointmentId, scheduledAt ?? "");
    } else if (holdId !== undefined) {
      assert.equal(at(holdId)?.state, "held", `${kind} said held`);
      assert.equal(at(holdId)?.starts_at.getTime(), Date.parse(scheduledAt ?? ""));
    }
  }

  /** What must always hold. */
  checkState(rows: readonly Row[]): void {
    const live = rows.filter((row) => row.is_live);
    for (const [i, one] of live.entries()) {
      for (const other of live.slice(i + 1)) {
        const clash = one.calendar_id === other.calendar_id && one.starts_at < other.ends_at &&
          other.starts_at < one.ends_at;
        assert.ok(!clash, "two live appointments overlap");
      }
    }
    const confirmed = new Map(
      rows.filter(({ state }) => state === "confirmed").map((
        row,
      ) => [row.id, row.starts_at.getTime()]),
    );
    const promised = new Map([...this.promised].map(([id, time]) => [id, Date.parse(time)]));
    assert.deepEqual(confirmed, promised, "what is booked is what callers were told is booked");
  }

  /** Of the clinic's zone on that day, "-05:00" or "-04:00". */
  get offset(): string {
    const name =
      new Intl.DateTimeFormat("en-US", { timeZone: TIMEZONE, timeZoneName: "longOffset" })
        .formatToParts(new Date(`${this.day}T12:00:00Z`))
        .find(({ type }) => type === "timeZoneName")?.value ?? "";
    return name.replace("GMT", "");
  }
}

/** Whether a visit of half an hour that starts then would overlap. */
function overlaps(row: Row, start: Date): boolean {
  return row.starts_at.getTime() < start.getTime() + 1_800_000 && start < row.ends_at;
}
