package charsets

import "testing"

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		label, data, want string
		ok                bool
	}{
		{"iso-8859-1", "Empf\xe4nger", "Empfänger", true},
		{" Windows-1252 ", "\x93Postfach\x94", "“Postfach”", true},
		{"shift_jis", "\x8e\xf3\x90\x4d\x8e\xd2", "受信者", true},
		{"iso-2022-jp", "\x1b$B<u?.<T\x1b(B", "受信者", true},
		{"gb2312", "\xca\xd5\xbc\xfe\xc8\xcb", "收件人", true},
		{"koi8-r", "\xcf\xdb\xc9\xc2\xcb\xc1", "ошибка", true},
		{"x-no-such-charset", "a", "", false},
		{"", "a", "", false},
	} {
		if got, ok := (All{}).Decode(test.label, []byte(test.data)); got != test.want || ok != test.ok {
			t.Errorf("Decode(%q, %q) = %q, %v, want %q, %v", test.label, test.data, got, ok, test.want, test.ok)
		}
	}
}
