// What is pasted, and what the person must then read.
import { readFileSync } from "node:fs";

const fixture = (name) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");

const carol = {
  recipient: /^carol@example\.net$/,
  title: /mailbox|address|user/i,
  permanence: /permanent/i,
  move: /your/i,
};
const dave = { recipient: /^dave@example\.org$/, title: /full/i, permanence: /permanent|temporary/i, move: /recipient|their/i };

export const cases = [
  {
    name: "a number in a sentence",
    text: "Could not send your message. Error 421.",
    findings: [{ title: /not now|busy|later|closed/i, permanence: /temporary/i, move: /./ }],
    pages: ["codes/421.html"],
    marks: ["421"],
  },
  {
    name: "one reply",
    text: "550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown",
    findings: [{ title: /mailbox|address|user/i, permanence: /permanent/i, move: /your/i }],
    pages: ["codes/550.html", "enhanced/5.1.1.html"],
    marks: ["550", "5.1.1", "bob@example.com", /User unknown/],
  },
  {
    name: "a bare code",
    text: "452",
    findings: [{ title: /storage|space|room|many|busy|later/i, permanence: /temporary/i, move: /./ }],
    pages: ["codes/452.html"],
    marks: ["452"],
  },
  {
    name: "a whole DSN, raw",
    text: fixture("two-recipients.eml"),
    findings: [carol, dave],
    pages: ["codes/550.html", "enhanced/5.1.1.html", "codes/552.html", "enhanced/5.2.2.html"],
    marks: ["550", "5.1.1", "552", "5.2.2"],
  },
  {
    name: "a DSN as a mail program shows it",
    text: fixture("two-recipients.txt"),
    findings: [carol, dave],
    pages: ["codes/550.html", "enhanced/5.1.1.html", "codes/552.html", "enhanced/5.2.2.html"],
    marks: ["550", "5.1.1", "552", "5.2.2"],
  },
  {
    name: "no mail error",
    text: "Hello, see you at 4.5.1 Station Street at 5.50!",
    none: true,
  },
];
