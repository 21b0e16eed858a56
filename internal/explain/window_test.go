package explain_test

import (
	"slices"
	"testing"

	"github.com/undelivered/undelivered/internal/catalog"
	"github.com/undelivered/undelivered/internal/explain"
)

// Windows whose words no phrase of the knowledge has.
func TestWindows(t *testing.T) {
	e := open(t)
	tests := []struct{ text, outcome, reason, actor string }{
		{"Nachricht wurde nicht versandt\nIhr Benutzername oder Ihr Kennwort dürfte falsch sein, sagt der Ausgangsserver.", "bounce", "auth-required", "sender"},
		{"Le courriel n'est pas parti : envoi impossible\nLe fichier que vous avez joint dépasse la taille maximale.", "bounce", "too-big", "sender"},
		{"Het bericht werd niet verstuurd\nDaar het wachtwoord van uw account is verlopen.", "bounce", "auth-required", "sender"},
		{"Не удалось отправить это письмо\nФайл, который вы вложили, слишком большой.", "bounce", "too-big", "sender"},
		{"Viestiä ei voitu lähettää\nKäyttäjätunnuksen salasana taitaa olla väärin.", "bounce", "auth-required", "sender"},
		{"Beskeden kunne ikke sendes\nServeren til udgående post er vist ikke tilgængelig.", "bounce", "network", "sender"},

		// A sentence goes on in the next line, or ends with the line.
		{"Nachricht wurde nicht versandt\nDer Server meldet, dass Ihr Kennwort\nleider falsch sein dürfte.", "bounce", "auth-required", "sender"},
		{"Viestiä ei voitu lähettää\nSalasana: ●●●●●●\nOtsikko on kirjoitettu väärin.", "bounce", "", "sender"},
		{"メッセージは送信されませんでした。パスワードは正しくないようです。", "bounce", "auth-required", "sender"},

		// A mail server or a recipient makes it mail, and a title in English.
		{"Serveur SMTP\nLe nom d'utilisateur est erroné.", "bounce", "auth-required", "sender"},
		{"Zbyt wielu odbiorców. Zmniejsz ich liczbę do 50.", "bounce", "rate-limited", "sender"},
		{"Sending to bob@example.com failed", "none", "", ""},
		{"Der Versand an bob@example.com ist fehlgeschlagen.", "bounce", "", "sender"},
		{"Your mail has not been sent", "bounce", "", "sender"},
		{"We couldn't send your message.", "bounce", "", "sender"},
		{"メッセージを送信できませんでした。指定したユーザーの代わりに送信する権限がありません。", "bounce", "sender-rejected", "sender"},

		// What somebody says of himself, a question, and what is done to a message but to send it.
		{"Hi Anna, sorry, I could not send the message yesterday, my phone was dead.", "none", "", ""},
		{"Sollen wirklich alle Nachrichten im Ordner mit unerwünschten Nachrichten gelöscht werden?", "none", "", ""},
		{"Diese Nachricht ist verschlüsselt und kann nicht angezeigt werden.", "none", "", ""},
		{"Tamaño máximo de los mensajes: 30 MB. Servidor de salida: smtp.example.com, puerto 587.", "none", "", ""},

		// The same words in a letter, and about other things.
		{"Liebe Anna,\n\ngestern habe ich lange auf dich gewartet. Das Kennwort für das Netz im Haus ist übrigens falsch, das neue steht am Kühlschrank.\n\nDein Karl", "none", "", ""},
		{"Das Kennwort ist falsch.", "none", "", ""},
		{"Le fichier dépasse la taille maximale.", "none", "", ""},
		{"Политика безопасности не позволяет отправить файл на принтер.", "none", "", ""},
	}
	for _, test := range tests {
		res := e.Explain(test.text, nil)
		var f explain.Finding
		if len(res.Findings) > 0 {
			f = res.Findings[0]
		}
		if res.Outcome != test.outcome || f.Reason != test.reason || f.Actor != test.actor {
			t.Errorf("%q:\ngot  %s, %s, %s by %v\nwant %s, %s, %s", test.text, res.Outcome, f.Reason, f.Actor, f.Rows, test.outcome, test.reason, test.actor)
		}
	}
}

// Each row that tells a reason does so in one of its examples.
func TestWindowRows(t *testing.T) {
	c, err := known()
	if err != nil {
		t.Fatal(err)
	}
	e := open(t)
	for _, w := range c.Windows {
		if w.Reason != "" && !slices.ContainsFunc(w.Examples, func(example *catalog.Example) bool {
			res := e.Explain(example.Text, nil)
			return len(res.Findings) > 0 && slices.Contains(res.Findings[0].Rows, "windows/"+w.ID)
		}) {
			t.Errorf("windows/%s is believed in none of its examples", w.ID)
		}
	}
}

// The evidence for a reason that ideas told is their sentence.
func TestWindowEvidence(t *testing.T) {
	const text = "Nachricht nicht gesendet 😀\nDas Kennwort ist falsch. Bitte prüfen."
	res := open(t).Explain(text, nil)
	for _, f := range res.Findings {
		for _, e := range f.Evidence {
			if e.Kind == "phrase" && text[e.Start:e.End] == "Das Kennwort ist falsch." {
				return
			}
		}
	}
	t.Errorf("the sentence is not among the evidence: %+v", res.Findings)
}

// A window that gives no reason is not called final, and its reader is sent to the settings.
func TestWindowUnexplained(t *testing.T) {
	e := open(t)
	for _, text := range []string{"Cannot send email", "Senden fehlgeschlagen", "Your message was not sent"} {
		res := e.Explain(text, nil)
		if len(res.Findings) != 1 {
			t.Errorf("%q is %s with %d findings", text, res.Outcome, len(res.Findings))
			continue
		}
		f := res.Findings[0]
		if f.Permanence != "" || f.Title != "Not sent, and the text does not say why" {
			t.Errorf("%q is %q, %q", text, f.Permanence, f.Title)
		}
		if len(f.Advice) == 0 || len(f.Advice[0].Steps) == 0 || f.Advice[0].Steps[0] != "Look whether you are online, then press Send once more." {
			t.Errorf("%q: advice %+v", text, f.Advice)
		}
	}
	const report = "Your message was not sent.\n\n<bob@example.com>: 550 5.1.1 User unknown"
	if f := e.Explain(report, nil).Findings[0]; f.Permanence != "permanent" || f.Reason != "mailbox-unknown" {
		t.Errorf("%q is %q, %q", report, f.Permanence, f.Reason)
	}
}
