package bounce

import "testing"

func TestCommand(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"Postfix, in the words", "<bob@example.com>: host mx.example.com[192.0.2.1] said: 550 Rejected (in reply to\n    MAIL FROM command)", Mail},
		{"Postfix, at the greeting", "<bob@example.com>: host mx.example.com[192.0.2.1] refused to talk to me: 554 No\n    SMTP service here", Connect},
		{"Exim", "  bob@example.com\n    host mx.example.com [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<bob@example.com>:\n    550 Rejected", Rcpt},
		{"Exim, pipelined", "  bob@example.com\n    SMTP error from remote mail server after pipelined MAIL FROM:<carol@example.net> SIZE=1024:\n    550 Rejected", Mail},
		{"Sendmail's transcript", ">>> MAIL From:<carol@example.net>\n<<< 550 Rejected\n554 5.0.0 Service unavailable", Mail},
		{"another's transcript is too far away", ">>> MAIL From:<carol@example.net>\n<<< 501 No\n554 <bob@example.com>... Remote protocol error\n550 example.org (smtp)... 550 Host unknown\n554 <dave@example.org>... 550 Host unknown", ""},
		{"qmail", "<bob@example.com>:\nConnected to 192.0.2.1 but sender was rejected.\nRemote host said: 550 Rejected", Mail},
		{"not said", "550 Rejected", ""},
		{"no words", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := Read(test.text, nil)
			got := ""
			if n := len(r.Failures); n > 0 {
				got = r.Command(&r.Failures[n-1])
			}
			if got != test.want {
				t.Errorf("got %q, want %q; %d failures", got, test.want, len(r.Failures))
			}
		})
	}
}
