package explain_test

import (
	"testing"

	"github.com/undelivered/undelivered/internal/charsets"
)

// TestQuestions asks in a few words about a code that nothing marks as one, and says other things
// with such numbers.
func TestQuestions(t *testing.T) {
	e := open(t)
	for _, test := range []struct{ text, reply, enhanced string }{
		{"what does 5.7.26 mean?", "", "5.7.26"},
		{"Why do I get 5.7.1?", "", "5.7.1"},
		{"What does 550 5.1.1 mean", "550", "5.1.1"},
		{"meaning of 5.5.0", "", "5.5.0"},
		{"Was heißt 550?", "550", ""},
		{"que signifie 421 ?", "421", ""},
		{"kod 550 co to znaczy", "550", ""},
		{"I get a 421 when sending mail", "421", ""},
		{"my mail came back with a 550, help", "550", ""},
		{"why is my email rejected with 554", "554", ""},
		{"mes mails reviennent avec un 550", "550", ""},
		{"mails to gmail bounce with 5.7.26", "", "5.7.26"},
		{"my emails keep coming back with 5.4.310", "", "5.4.310"},
		{"DSN 5.7.509", "", "5.7.509"},
		{"Status: 5.0.0", "", "5.0.0"},
		{"Server replied: 554", "554", ""},
		{"what does 5.7.26 mean? our newsletter to gmail people gets it since monday, nothing changed on our side (that I know of)", "", "5.7.26"},
		{"Since we changed the internet company the mail program says something like not logged on, number 530. Receiving is fine.", "530", ""},
		{"Mailbox unavailable.", "", ""},
	} {
		res := e.Explain(test.text, charsets.All{})
		if res.Outcome != "bounce" || len(res.Findings) != 1 || res.Findings[0].Reply != test.reply || res.Findings[0].Enhanced != test.enhanced {
			t.Errorf("%q: want a bounce with %q and %q, and it is %s", test.text, test.reply, test.enhanced, summary(res))
			continue
		}
		for _, e := range res.Findings[0].Evidence {
			if found := test.text[e.Start:e.End]; e.Kind == "reply" && found != test.reply || e.Kind == "enhanced" && found != test.enhanced {
				t.Errorf("%q: the %s is marked at %q", test.text, e.Kind, found)
			}
		}
	}
	for text, reason := range map[string]string{
		"why do my emails get 550, relay denied?":         "relay-denied",
		"what does 554 message rejected due to spam mean": "spam-content",
		"I get a 552, mailbox full, from my sister":       "mailbox-full",
	} {
		if res := e.Explain(text, charsets.All{}); len(res.Findings) != 1 || res.Findings[0].Reason != reason || res.Findings[0].Reply == "" {
			t.Errorf("%q: want a reply and the reason %s, and it is %s", text, reason, summary(res))
		}
	}
	for _, text := range []string{
		"421 emails sent",
		"spam",
		"mailbox",
		"our mailbox is unavailable on Monday",
		"450 mails",
		"550 messages in your inbox",
		"I have 550 unread emails",
		"I got 550 emails back",
		"why 451 emails failed",
		"a 550 page email",
		"mail me at 550 Main Street",
		"Get 550 off your mail order",
		"we got 421 bounces",
		"What's new in 5.7.26?",
		"What does error 550 mean on a Canon printer",
		"Gmail shows a 502, help",
		"My Gmail app 5.3.0 keeps crashing",
		"Error in Outlook 5.5.0",
		"Samsung email 5.1.1 error",
		"PHPMailer 5.2.2 fails to send mail",
		"our newsletter got 452 replies, why",
		"the mail said the price is 550, why",
		"what is 5.7.1",
		"nginx 5.7.26 bounce",
		"Thunderbird 5.1.2",
		"MySQL 5.7.26 error",
		"Version: 5.0.0",
		"What does Linux 5.4.1 mean for email?",
		"what does 5.9.99 mean?",
		"what does 299 mean?",
		"what do 550 and 551 mean for 552?",
	} {
		if res := e.Explain(text, charsets.All{}); res.Outcome != "none" {
			t.Errorf("%q: want none, and it is %s", text, summary(res))
		}
	}
}
