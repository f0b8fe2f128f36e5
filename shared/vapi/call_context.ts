/** What a request says about its call: everything that may name the organization, and the caller. */
import { asObject, isJsonObject, isStorable, type JsonObject, type JsonValue } from "../json.ts";

/**
 * Carries the definition hash at Vapi, so that a tool whose creation was never answered can be recognised. Vapi sends it with each call.
 */
export const DEFINITION_HEADER = "x-tool-definition";

/** The hash of the definition by which a tool is called; null if the request has none. */
export function definitionOf({ headers }: Pick<Request, "headers">): string | null {
  const hash = headers.get(DEFINITION_HEADER) ?? "";
  return /^[0-9a-f]{64}$/.test(hash) ? hash : null;
}

/**
 * Nothing here comes from the arguments, because the model writes those. (`call.orgId` is not here either: it is the platform's
 * organization at Vapi.)
 */
export interface CallContext {
  callId: string | null;
  /** Tool calls from Vapi's chats have this instead of a call. */
  chatId: string | null;
  /** For a chat: each of its messages has another `chatId`, and this connects them. */
  sessionId: string | null;
  /** The previous message of the chat; connects those that have no session. */
  previousChatId: string | null;
  assistantId: string | null;
  phoneNumberId: string | null;
  /** The `org_id` of the metadata, if there is exactly one; lower case. */
  metadataOrgId: string | null;
  /** Every different `org_id` in the metadata. With more than one, the request must be refused. */
  metadataOrgIds: string[];
  /**
   * Whether the metadata alone may name the organization. Requests from Vapi state the type of their call or chat; their metadata may come
   * from a web page, which can start calls with `assistantOverrides` of its own. A request without a type comes from somebody who has the
   * webhook's secret (the `root` and `legacy` formats). A squad's call names no assistant, only its metadata, and a phone caller cannot
   * have written that.
   */
  metadataIsOurs: boolean;
  /** The caller's number as given, usually E.164. For phone calls only: in a web call or chat, the client writes it. */
  customerNumber: string | null;
}

const MAX_CHARACTERS = 200;

/** Reads the context from `message`, or from the body itself for the formats without `message`. */
export function readCallContext(body: JsonObject): CallContext {
  const message = asObject(body.message);
  const carriers = [message, body];
  const calls = carriers.map((carrier) => asObject(carrier.call));
  const chats = carriers.map((carrier) => asObject(carrier.chat));
  const assistants = [...carriers, ...calls, ...chats].map((carrier) =>
    asObject(carrier.assistant)
  );
  const customers = [...carriers, ...calls].map((carrier) => asObject(carrier.customer));
  const ofClients = [
    ...[...carriers, ...calls, ...chats].map((carrier) => asObject(carrier.assistantOverrides)),
    ...chats,
    ...chats.flatMap(({ assistant, customer }) => [asObject(assistant), asObject(customer)]),
  ];
  const metadataOrgIds = orgIdsOf([
    ...customers,
    ...assistants,
    ...carriers,
    ...calls,
    ...ofClients,
  ]);
  const types = calls.map(({ type }) => type).filter((type) => type !== undefined);
  const isSquad = firstText(calls.map(({ squadId }) => squadId)) !== null;
  const isChat = carriers.some(({ chat }) => isJsonObject(chat));
  return {
    callId: firstText(calls.map(({ id }) => id)),
    chatId: firstText(chats.map(({ id }) => id)),
    sessionId: firstText([
      ...chats.map(({ sessionId }) => sessionId),
      ...[...chats, ...carriers].map((carrier) => asObject(carrier.session).id),
    ]),
    previousChatId: firstText(chats.map(({ previousChatId }) => previousChatId)),
    assistantId: firstText([
      ...[...calls, ...chats].map(({ assistantId }) => assistantId),
      ...assistants.map(({ id }) => id),
    ]),
    phoneNumberId: firstText([
      ...calls.map(({ phoneNumberId }) => phoneNumberId),
      ...[...carriers, ...calls].map((carrier) => asObject(carrier.phoneNumber).id),
    ]),
    metadataOrgId: metadataOrgIds.length === 1 ? metadataOrgIds[0] ?? null : null,
    metadataOrgIds,
    metadataIsOurs: (types.length === 0 || isSquad && types.every(isPhoneCall)) && !isChat &&
      orgIdsOf(ofClients).length === 0,
    customerNumber: !isChat && types.every(isPhoneCall)
      ? firstText(customers.map(({ number }) => number))
      : null,
  };
}

/** `inboundPhoneCall` or `outboundPhoneCall`, not `webCall` or `vapi.websocketCall`. */
function isPhoneCall(type: JsonValue): boolean {
  return typeof type === "string" && type.endsWith("PhoneCall");
}

/** `org_id` of each holder's `metadata`. */
function orgIdsOf(holders: readonly JsonObject[]): string[] {
  const ids = holders.map(({ metadata }) => firstText([asObject(metadata).org_id])?.toLowerCase());
  return [...new Set(ids)].filter((id) => id !== undefined);
}

/** The first text that is usable: not empty, not endless, and storable. */
function firstText(candidates: readonly (JsonValue | undefined)[]): string | null {
  for (const candidate of candidates) {
    if (typeof candidate !== "string" || candidate === "") continue;
    if (candidate.length <= MAX_CHARACTERS && isStorable(candidate)) return candidate;
  }
  return null;
}
