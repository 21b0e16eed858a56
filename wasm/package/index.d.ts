/** What happened for one recipient: ids and codes, and nothing else of what was pasted. */
export interface Finding {
  reply: string;
  enhanced: string;
  permanence: "permanent" | "temporary" | "";
  reason: string;
  actor: string;
  provider: string;
  client: string;
}

export interface Explained {
  outcome: "bounce" | "delay" | "reply" | "delivered" | "auto-reply" | "complaint" | "none";
  findings: Finding[];
}

export interface Copied {
  what: "message" | "report";
}

export interface UndeliveredExplainer extends HTMLElement {
  /** What the JSON file of the attribute "settings" may hold; see settings.schema.json. */
  settings: object | undefined;
  /** Puts a text into the box, as if somebody had pasted it. */
  explain(text: string): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "undelivered-explainer": UndeliveredExplainer;
  }
  interface HTMLElementEventMap {
    "undelivered:explained": CustomEvent<Explained>;
    "undelivered:copied": CustomEvent<Copied>;
  }
}
