// Package catalog reads codes.yaml, the one place where Undelivered keeps what it knows,
// and checks every fact in it.
//
// The types of this package are the file's format: the loader refuses a key that no type
// names, the JSON Schema that editors use is generated from them, and the doc tags are the
// descriptions that an editor shows. Prose in the file is Markdown.
//
// A row that recognises text (a phrase, a provider's code, a reply code) carries an example
// of such text. Recognising is the decoder's work, which this package knows nothing of, so
// the decoder is handed to [Catalog.CheckExamples] by whoever has both.
package catalog

// Catalog is everything in codes.yaml. Rows stand in the order of the file.
type Catalog struct {
	Version      int          `yaml:"version" doc:"The format of this file. Always 1."`
	Sources      []*Source    `yaml:"sources" doc:"Where facts come from, by an id that the other rows name."`
	Texts        []*Text      `yaml:"texts" doc:"The decoder's own sentences, by the id that it asks for."`
	Actors       []*Actor     `yaml:"actors" doc:"Who can have the next move, and the roles that steps are written for."`
	FirstDigits  []*Digit     `yaml:"first-digits" is:"first-digit" doc:"The first digit of a reply code: did it work, and is it final?"`
	SecondDigits []*Digit     `yaml:"second-digits" is:"second-digit" doc:"The second digit of a reply code: what is the answer about?"`
	Replies      []*Reply     `yaml:"replies" doc:"Reply codes of three digits, real ones and numbers mistaken for them."`
	Classes      []*Digit     `yaml:"classes" is:"class" doc:"The first part of an enhanced status code: 2, 4 or 5."`
	Subjects     []*Digit     `yaml:"subjects" is:"subject" doc:"The second part of an enhanced status code: 0 to 7."`
	Enhanced     []*Enhanced  `yaml:"enhanced" doc:"Enhanced status codes, X for the class: X.1.1."`
	Reasons      []*Reason    `yaml:"reasons" doc:"What can have happened, and what to do about it."`
	Commands     []*Command   `yaml:"commands" doc:"What a refusal of one command of an SMTP session tells by itself: connect for the greeting, EHLO, MAIL, RCPT, DATA."`
	Phrases      []*Phrase    `yaml:"phrases" doc:"Words by which a reason is recognised in any server's text."`
	Headings     []*Heading   `yaml:"headings" doc:"Words by which one sees what kind of text it is: a bounce, a delay, an answer from somebody on holiday, or no mail error at all."`
	Ideas        []*Idea      `yaml:"ideas" doc:"What windows of mail programs speak of, and how it is called in each language."`
	Windows      []*Window    `yaml:"windows" doc:"What such ideas tell together, in one sentence, where no phrase tells it. Those above are tried first."`
	Vocabulary   []string     `yaml:"vocabulary" is:"pattern" doc:"Words that mail errors are made of. A number that may be a reply code or a house number is believed where some of them stand beside it."`
	Topics       []string     `yaml:"topics" is:"pattern" doc:"Words that only mail has, in any language. A text without one, without an address and without the words of a mail system is not taken for a mail error because of words such as \"access denied\"."`
	Providers    []*Provider  `yaml:"providers" doc:"Mailbox providers, filters and mail systems with codes or texts of their own."`
	Clients      []*Provider  `yaml:"clients" doc:"Mail programs with codes or texts of their own."`
	Blocklists   []*Blocklist `yaml:"blocklists" doc:"Public lists of senders that servers refuse."`

	file   string           // the name of the (first) file
	places map[string]place // where everything stands, by path
}

// Markdown is prose as it stands in codes.yaml. It may hold links, emphasis, code and lists.
type Markdown string

// A Ref names a source and, after a space, a section of it: "rfc5321 4.2.3".
type Ref string

// Source is a document that facts are taken from.
type Source struct {
	ID      string `yaml:",key" is:"id"`
	Name    string `yaml:"name" need:"yes" doc:"How the source is cited: \"RFC 5321, Simple Mail Transfer Protocol\"."`
	Short   string `yaml:"short" doc:"A shorter name for lists and margins: \"RFC 5321\"."`
	URL     string `yaml:"url" is:"url" doc:"Where it can be read. A source that is not on the web has none."`
	Section string `yaml:"section" doc:"What a section adds to the URL, {} being its number: \"#section-{}\"."`
	Checked string `yaml:"checked" need:"yes" is:"date" doc:"The day somebody last compared our facts with it: 2026-11-24."`
	Note    string `yaml:"note" doc:"What a reader must know of it: from memory, no longer published, an archived copy."`
}

// Text is a sentence that the decoder says by itself. Words in braces are filled in.
type Text struct {
	ID   string `yaml:",key" is:"id"`
	Text string `yaml:",value" doc:"Plain text; {code}, {recipient} and the like are filled in by the decoder."`
}

// Actor is somebody who may have the next move, and a role that steps are written for.
type Actor struct {
	ID    string `yaml:",key" is:"id"`
	Name  string `yaml:"name" need:"yes" doc:"Who it is, for a heading: \"You, the sender\"."`
	Move  string `yaml:"move" need:"yes" doc:"Whose move it is, as the end of a verdict: \"your move\"."`
	About string `yaml:"about" need:"yes" doc:"Who is meant, in a sentence."`
	Role  string `yaml:"role" doc:"The label of the switch between roles: \"I run the mail server\". Empty for wait, which is nobody."`
}

// Digit is one value of one place in a reply code or an enhanced status code.
type Digit struct {
	ID      string   `yaml:",key"`
	Name    string   `yaml:"name" need:"yes" doc:"What it says, in a few words."`
	Answer  Markdown `yaml:"answer" need:"yes" doc:"What it means for a person, in one or two sentences."`
	More    Markdown `yaml:"more" doc:"What else is worth knowing."`
	In2001  Markdown `yaml:"in-2001" doc:"What the article of 2001 said, where today differs, in our own words."`
	Today   Markdown `yaml:"today" doc:"What is so today. Given together with in-2001."`
	Sources []Ref    `yaml:"sources" need:"yes" doc:"Where this comes from: \"rfc5321 4.2.1\"."`
}

// Advice is what every row that explains a failure may say beyond its name and answer.
// Where a row says nothing, its reason does.
type Advice struct {
	Permanence string  `yaml:"permanence" oneof:"permanent temporary success continue" doc:"Is it final? Only where the code's first digit does not tell, or lies."`
	Actor      string  `yaml:"actor" ref:"actors" doc:"Who must move next, where it is not the reason's usual actor."`
	Retry      string  `yaml:"retry" doc:"How long to wait before trying again."`
	Steps      []*Role `yaml:"steps" doc:"What each role does, where it is not what the reason says."`
}

// Role is the list of steps for one actor, in the order in which to take them.
type Role struct {
	ID    string     `yaml:",key" ref:"actors"`
	Steps []Markdown `yaml:",value" doc:"One step a line, each a sentence or two, said to the person in this role."`
}

// Example is text that a row must recognise, run as a test, and what else the decoder must
// say of it. In the file it may be written as the text alone.
type Example struct {
	Text       string `yaml:"text,short" need:"yes" doc:"What somebody pastes. Use example.com, example.net and example.org names."`
	Reason     string `yaml:"reason" ref:"reasons" doc:"The reason that must be found; where left out, the row's own."`
	Permanence string `yaml:"permanence" oneof:"permanent temporary" doc:"The permanence that must be found."`
	Actor      string `yaml:"actor" ref:"actors" doc:"The actor that must be found."`
	Provider   string `yaml:"provider" ref:"providers" doc:"The provider that must be found."`
}

// Reply is a reply code: three digits that a mail server begins its answer with (RFC 5321
// section 4.2), or a number that people take for one.
type Reply struct {
	ID       string     `yaml:",key" is:"reply"`
	Name     string     `yaml:"name" need:"yes" doc:"What it says, in a few words a stranger understands."`
	Answer   Markdown   `yaml:"answer" need:"yes" doc:"What happened, in two or three short sentences for somebody with no idea."`
	More     Markdown   `yaml:"more" doc:"What a mail administrator also wants to know."`
	Kind     string     `yaml:"kind" need:"yes" oneof:"standard historic registered draft wild mistaken" doc:"standard: in an RFC. historic: once was. registered: only in the IANA registry. draft: never became an RFC. wild: servers use it without a standard. mistaken: no reply code at all."`
	Commands []string   `yaml:"commands" doc:"The SMTP commands that it answers: RCPT, DATA, greeting, any."`
	Enhanced []string   `yaml:"enhanced" is:"enhanced" doc:"Enhanced status codes that come with it: 5.1.1."`
	Reason   string     `yaml:"reason" ref:"reasons" doc:"The reason when the number is all there is. Leave it out where the number alone does not tell."`
	Likely   []string   `yaml:"likely" ref:"reasons" doc:"The reasons usually behind it, the commonest first."`
	In2001   Markdown   `yaml:"in-2001" doc:"What the article of 2001 said, where practice or the standard differs today."`
	Today    Markdown   `yaml:"today" doc:"What is so today. Given together with in-2001."`
	See      []string   `yaml:"see" ref:"pages" doc:"Where to read on: replies/550, enhanced/X.1.1, reasons/greylisted."`
	Examples []*Example `yaml:"examples" doc:"Texts that must be recognised as this code."`
	Sources  []Ref      `yaml:"sources" need:"yes" doc:"Where this comes from."`
	Advice   `yaml:",inline"`
}

// Enhanced is an enhanced status code (RFC 3463) without its class: X.1.1.
type Enhanced struct {
	ID        string     `yaml:",key" is:"enhanced-row"`
	Name      string     `yaml:"name" need:"yes" doc:"What it says, in a few words a stranger understands."`
	Answer    Markdown   `yaml:"answer" need:"yes" doc:"What happened, in two or three short sentences."`
	More      Markdown   `yaml:"more" doc:"What a mail administrator also wants to know: how providers differ, what it is paired with."`
	Kind      string     `yaml:"kind" need:"yes" oneof:"registered unregistered deprecated mistaken" doc:"registered: in the IANA registry. unregistered: used without being there. deprecated: there, and not to be used. mistaken: a misprint."`
	Classes   []string   `yaml:"classes" need:"yes" is:"class" doc:"The classes it is useful in, the commonest first: [\"5\", \"4\"]. Each gets a page."`
	Replies   []string   `yaml:"replies" is:"reply" doc:"The reply codes it comes with, as registered: \"550\"."`
	Reason    string     `yaml:"reason" ref:"reasons" doc:"The reason when the text says no more. Leave it out where the code alone does not tell."`
	Otherwise string     `yaml:"otherwise" ref:"reasons" doc:"The reason of a permanent failure whose own words tell none; where the code has a reason, the one that it has together with a reply that means something else."`
	Likely    []string   `yaml:"likely" ref:"reasons" doc:"The reasons usually behind it, the commonest first."`
	Variants  []*Variant `yaml:"variants" doc:"What differs in one class, by its number."`
	See       []string   `yaml:"see" ref:"pages" doc:"Where to read on."`
	Examples  []*Example `yaml:"examples" doc:"Texts that must be recognised as this code."`
	Sources   []Ref      `yaml:"sources" need:"yes" doc:"Where this comes from."`
	Advice    `yaml:",inline"`
}

// Variant is what differs in one class of an enhanced status code.
type Variant struct {
	ID     string   `yaml:",key" is:"class"`
	Name   string   `yaml:"name" doc:"The name in this class."`
	Answer Markdown `yaml:"answer" doc:"The answer in this class."`
	Reason string   `yaml:"reason" ref:"reasons" doc:"The reason in this class."`
}

// Reason is something that can have happened to a message. Every finding has at most one.
type Reason struct {
	ID         string   `yaml:",key" is:"id"`
	Name       string   `yaml:"name" need:"yes" doc:"What happened, in a few words: \"No such mailbox\"."`
	Group      string   `yaml:"group" need:"yes" oneof:"address sender message traffic way none" doc:"What it is about."`
	Answer     Markdown `yaml:"answer" need:"yes" doc:"What happened, in two sentences that a tired person understands."`
	More       Markdown `yaml:"more" doc:"How it comes about, and what else to know."`
	Permanence string   `yaml:"permanence" oneof:"permanent temporary success" doc:"What it usually is, when no code or word tells."`
	Returned   string   `yaml:"returned" oneof:"permanent temporary" doc:"What it is where a report has returned the message and no code tells, if not what it usually is."`
	Final      Markdown `yaml:"final" need:"yes" doc:"Is it permanent? In a sentence or two."`
	Actor      string   `yaml:"actor" need:"yes" ref:"actors" doc:"Who must usually move next."`
	Window     string   `yaml:"window-actor" ref:"actors" doc:"Who must move next where a window of a mail program says it of itself, and no server."`
	Refused    string   `yaml:"refused-actor" ref:"actors" doc:"Who must move next, in place of the sender or of nobody, where one server has refused another's message for good: a mail program's settings are not at fault then."`
	AtHome     string   `yaml:"at-home-actor" ref:"actors" doc:"Who must move next where the server that refused is the recipient's own: its name is in the domain of the address."`
	Retry      string   `yaml:"retry" need:"yes" doc:"How long to wait before trying again, or that trying again will not help."`
	Steps      []*Role  `yaml:"steps" need:"yes" doc:"What each role does: sender, sender-provider, recipient, recipient-provider."`
	Elsewhere  bool     `yaml:"elsewhere" doc:"True where errors of other programs have this reason too, so that words which tell it do not tell that it is about mail."`
	Mistaken   []string `yaml:"mistaken-for" ref:"reasons" doc:"The reasons it is confused with."`
	Confused   Markdown `yaml:"confused" doc:"How to tell it from those."`
	Message    string   `yaml:"message" need:"yes" is:"letter" doc:"A message ready to send to the one who must act; {recipient}, {sender}, {reply}, {enhanced}, {diagnostic}, {server} and {date} are filled in."`
	MessageTo  string   `yaml:"message-to" need:"yes" ref:"actors" doc:"Whom the message is for."`
	See        []string `yaml:"see" ref:"pages" doc:"Where to read on."`
	Sources    []Ref    `yaml:"sources" need:"yes" doc:"Where this comes from."`
}

// Command is a command of an SMTP session, and what it tells that a server refused this one
// and no other (RFC 5321 section 4.3.2): an unknown mailbox in answer to MAIL is the sender's.
type Command struct {
	ID       string     `yaml:",key" is:"command"`
	About    string     `yaml:"about" need:"yes" doc:"What the command says, in a sentence."`
	Vague    string     `yaml:"vague" ref:"reasons" doc:"What a permanent refusal of it means whose words and codes say no more. Leave it out where that does not tell."`
	Instead  []*Instead `yaml:"instead" doc:"Reasons that mean something else in answer to it: what the words say, then what it means."`
	Examples []*Example `yaml:"examples" need:"yes" doc:"Texts that must be recognised with the help of the command."`
	Sources  []Ref      `yaml:"sources" need:"yes" doc:"Where this comes from."`
}

// Instead is a reason that is another in answer to one command.
type Instead struct {
	ID     string `yaml:",key" ref:"reasons"`
	Reason string `yaml:",value" ref:"reasons"`
}

// Phrase is a run of words by which a reason is recognised. Its key is the words, compared
// without regard to case, line breaks and repeated spaces. In it {any} stands for up to a
// hundred bytes, {word} for a run without spaces, {number} for digits and {100-199} for a
// number in that range.
type Phrase struct {
	ID         string   `yaml:",key" is:"pattern"`
	Reason     string   `yaml:"reason" need:"yes" ref:"reasons" doc:"What it means."`
	Language   string   `yaml:"language" is:"language" doc:"The language, where it is not English: de, fr, ja."`
	Weak       bool     `yaml:"weak" doc:"True for words that are believed only where nothing else tells."`
	When       string   `yaml:"when" oneof:"permanent temporary" doc:"Holds only in a failure of this permanence."`
	Permanence string   `yaml:"permanence" oneof:"permanent temporary" doc:"What the words themselves say of it."`
	Actor      string   `yaml:"actor" ref:"actors" doc:"Who must move next, where it is not the reason's usual actor."`
	Example    *Example `yaml:"example" need:"yes" doc:"A text that must be recognised by these words."`
	Sources    []Ref    `yaml:"sources" need:"yes" doc:"Who says so."`
}

// Heading is a run of words by which one sees what kind of text it is, whatever the reason:
// "could not be delivered", "has been delayed", "502 bad gateway". It is written as phrases
// are.
type Heading struct {
	ID       string   `yaml:",key" is:"pattern"`
	Outcome  string   `yaml:"outcome" need:"yes" oneof:"bounce delay delivered auto-reply complaint bait backscatter none" doc:"What a text with these words is. bait: a false bounce, made to get a password. backscatter: a bounce of a message that its sender may never have sent. none: something else than a mail error, such as a web error."`
	Language string   `yaml:"language" is:"language" doc:"The language, where it is not English: de, fr, ja."`
	Answer   Markdown `yaml:"answer" doc:"With none: what it is instead, in a sentence."`
	Window   bool     `yaml:"window" doc:"With bounce: whether mail programs say so, of a message that they could not hand over. That says nothing about whether it is final."`
	Example  *Example `yaml:"example" need:"yes" doc:"A text that must be told to be this."`
	Sources  []Ref    `yaml:"sources" need:"yes" doc:"Who says so."`
}

// Idea is something that the windows of mail programs speak of: a password, that something is
// wrong. The decoder does not know each sentence that they say in each language, but it knows a
// few words for each idea.
type Idea struct {
	ID    string    `yaml:",key" is:"id"`
	About string    `yaml:"about" need:"yes" doc:"What is meant, in a few words."`
	Words []*Tongue `yaml:"words" need:"yes" doc:"How it is called, by language."`
}

// Tongue is the words for an idea in one language. Each counts where it stands at the beginning
// of a word of the text, so that "kennw" is enough for "Kennwort" and "Kennworts".
type Tongue struct {
	ID    string   `yaml:",key" is:"language"`
	Words []string `yaml:",value" is:"beginning"`
}

// AnyTongue is the language of words that are the same in many: "server", "spam".
const AnyTongue = "mul"

// Window is what several ideas in one sentence of a mail program's window tell.
type Window struct {
	ID       string     `yaml:",key" is:"id"`
	Reason   string     `yaml:"reason" ref:"reasons" doc:"What they tell."`
	Outcome  string     `yaml:"outcome" oneof:"bounce message other" doc:"In place of a reason, bounce: that a message was not sent. message: that it is about a message; with a reason in another sentence, it was not sent. other: that the sentence is about something else, so that it tells nothing."`
	Ideas    []string   `yaml:"ideas" need:"yes" doc:"Any of these: the ids of ideas that must stand in one sentence, parted by spaces: \"password wrong\"."`
	Actor    string     `yaml:"actor" ref:"actors" doc:"Who must move next, where it is not the reason's."`
	Weak     bool       `yaml:"weak" doc:"Whether it says no more than why. Where nothing else says that a message was not sent, other messages say the same."`
	Alone    bool       `yaml:"alone" doc:"Whether nothing but mail is spoken of so, and nothing else need say that it is about mail."`
	Examples []*Example `yaml:"examples" need:"yes" doc:"Windows that must be understood so, by these ideas or by more telling words."`
	Sources  []Ref      `yaml:"sources" need:"yes" doc:"Who says so."`
}

// Provider is somebody with codes or texts of their own: a mailbox provider, a filter, a
// mail system or, under clients, a mail program.
type Provider struct {
	ID      string   `yaml:",key" is:"id"`
	Name    string   `yaml:"name" need:"yes" doc:"Its name."`
	Kind    string   `yaml:"kind" need:"yes" oneof:"mailbox filter service system network client" doc:"mailbox: people have addresses there. filter: it screens mail for others. service: it sends mail for others. system: server software. network: a layer below mail. client: a mail program."`
	Answer  Markdown `yaml:"answer" need:"yes" doc:"What it is, and how its errors read."`
	More    Markdown `yaml:"more" doc:"What else to know."`
	Hosts   []string `yaml:"hosts" is:"domain" doc:"Domains that its mail servers are in: outlook.com matches mx1.outlook.com."`
	Domains []string `yaml:"domains" is:"domain" doc:"Domains of its addresses: gmail.com."`
	Marks   []string `yaml:"marks" is:"pattern" doc:"Words that only its texts hold: gsmtp."`
	Called  []string `yaml:"called" is:"pattern" doc:"What people call it: gmail, office 365. Beside a code and little else it tells whose code it is: \"5.7.30 from Gmail\"."`
	Links   []*Link  `yaml:"links" doc:"Its own pages for people with this trouble: postmaster page, delisting form, help."`
	Codes   []*Code  `yaml:"codes" doc:"Its codes and texts, each under an id of its own."`
	See     []string `yaml:"see" ref:"pages" doc:"Where to read on."`
	Sources []Ref    `yaml:"sources" need:"yes" doc:"Where this comes from."`
}

// Link is a page of somebody else's.
type Link struct {
	ID  string `yaml:",key"`
	URL string `yaml:",value" is:"url"`
}

// Code is one provider's meaning for a code, a text, or the two together. Of what Match
// names, all must hold.
type Code struct {
	ID          string     `yaml:",key" is:"id"`
	Match       *Match     `yaml:"match" need:"yes" doc:"How it is recognised."`
	Name        string     `yaml:"name" need:"yes" doc:"What it says, in a few words."`
	Answer      Markdown   `yaml:"answer" need:"yes" doc:"What happened, in one or two sentences."`
	More        Markdown   `yaml:"more" doc:"What else to know."`
	Reason      string     `yaml:"reason" need:"yes" ref:"reasons" doc:"What it means."`
	Weak        bool       `yaml:"weak" doc:"True for words that say that somebody gave up or refused, while other words may say why."`
	Unconfirmed bool       `yaml:"unconfirmed" doc:"True where nobody has found a source that the provider stands behind."`
	See         []string   `yaml:"see" ref:"pages" doc:"Where to read on."`
	Examples    []*Example `yaml:"examples" need:"yes" doc:"Texts that must be recognised as this."`
	Sources     []Ref      `yaml:"sources" need:"yes" doc:"Where this comes from."`
	Advice      `yaml:",inline"`
}

// Match says by what a provider's code is recognised.
type Match struct {
	Reply    string   `yaml:"reply" is:"reply" doc:"A reply code: 550."`
	Enhanced string   `yaml:"enhanced" is:"enhanced-match" doc:"An enhanced status code, X for any class: 5.7.26 or X.7.26. A last part may be a range: 5.7.606-649."`
	Says     []string `yaml:"says" is:"pattern" doc:"Words, any of which must stand there; written as phrases are."`
	Anywhere bool     `yaml:"anywhere" doc:"True where the words alone tell who speaks, so that the provider need not be known otherwise."`
}

// Blocklist is a public list of senders that servers ask before they accept mail.
type Blocklist struct {
	ID      string    `yaml:",key" is:"id"`
	Name    string    `yaml:"name" need:"yes" doc:"Its name."`
	Status  string    `yaml:"status" need:"yes" oneof:"active closed unsure" doc:"closed: it answers no more, and a refusal that names it is the receiver's fault."`
	Reason  string    `yaml:"reason" ref:"reasons" doc:"What a refusal that names it means, where it is not blocked-reputation: of a list of links in messages, spam-content."`
	Actor   string    `yaml:"actor" ref:"actors" doc:"Who must move next, where it is not the reason's usual actor: of a list of home connections, the sender."`
	Answer  Markdown  `yaml:"answer" need:"yes" doc:"What it lists, and why one lands on it."`
	Removal Markdown  `yaml:"removal" need:"yes" doc:"How to be removed, or why one need not be."`
	Lookup  string    `yaml:"lookup" is:"url" doc:"Where to look an address or domain up."`
	Zones   []string  `yaml:"zones" is:"domain" doc:"The DNS zones that servers ask: zen.spamhaus.org."`
	Marks   []string  `yaml:"marks" is:"pattern" doc:"Words by which a refusal names it."`
	Answers []*Answer `yaml:"answers" doc:"What its answers mean: 127.0.0.2."`
	Example *Example  `yaml:"example" need:"yes" doc:"A refusal that names it."`
	Sources []Ref     `yaml:"sources" need:"yes" doc:"Where this comes from."`
}

// Answer is the meaning of one address that a blocklist answers with.
type Answer struct {
	ID   string   `yaml:",key" is:"address"`
	Text Markdown `yaml:",value"`
}
