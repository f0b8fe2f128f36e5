import { defineTool, type Kind } from "./define.ts";
import { text, textKind } from "./fields.ts";
import { read } from "./reading.ts";
import { isNothing } from "./readers/phrases.ts";

const TOPICS = ["hours", "services", "address", "directions", "question"];

/** Words that models write instead of a topic. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "opening hours": "hours",
  "business hours": "hours",
  location: "address",
  parking: "directions",
  price: "services",
  prices: "services",
  pricing: "services",
  other: "question",
  faq: "question",
};

/** One of the topics. Any other text is taken as the question, which then need not be given as `question`. */
const topicKind: Kind<string> = {
  schema: (z) => z.enum(TOPICS),
  plain: (said) => isNothing(said) ? textKind.plain(said, new Date()) : topicOf(said),
  read: topicOf,
};

function topicOf(said: string) {
  const topic = said.trim().toLowerCase().replaceAll("_", " ");
  return read(OTHERWISE[topic] ?? (TOPICS.includes(topic) ? topic : said.trim()));
}

export const tool = defineTool({
  name: "clinicInfo",
  slug: "clinic-info",
  description:
    "Tells about the clinic. Use it when the caller asks for hours, prices, the address, the way or, as `question`, anything else.",
  args: {
    topic: {
      kind: topicKind,
      ask: "what you would like to know about the clinic",
      description: "About what.",
      optional: true,
    },
    question: {
      ...text("what you would like to know about the clinic", "In a few words."),
      optional: true,
    },
  },
  messages: [
    { type: "request-start", content: "One moment, please." },
    { type: "request-response-delayed", content: "Almost done.", timingMilliseconds: 4000 },
  ],
});
