package serve

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzHandler asks for any path, as a server hands it on that has decoded it or not. It wants
// a file of the site, a redirect within it, or nothing.
func FuzzHandler(f *testing.F) {
	site := folder(f)
	for _, path := range []string{
		"/", "/codes", "/codes/550", "/index.html", "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/out.txt", "/outdir/secret.txt", "/absolute.txt",
		"/.hidden", "/codes/..", "/codes/../..", "\\..\\secret.txt", "/c:\\x", "/x\x00", "//evil.example/", "/codes//", "/\xff", "/%c0%ae%c0%ae/secret.txt", "secret.txt", "",
	} {
		f.Add(path, false)
		f.Add(path, true)
	}
	handler := Handler(site)
	f.Fuzz(func(t *testing.T, path string, decode bool) {
		u := &url.URL{Path: path}
		if decode {
			decoded, err := url.PathUnescape(path)
			if err != nil {
				return
			}
			u.Path, u.RawPath = decoded, path
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, &http.Request{Method: "GET", URL: u, Header: http.Header{}, Host: "127.0.0.1"})
		body := w.Body.String()
		if strings.Contains(body, "secret") {
			t.Fatalf("%q is answered with %q", u.Path, body)
		}
		switch w.Code {
		case 200:
			if name := strings.Trim(u.Path, "/"); strings.Contains("/"+name, "/.") || strings.Contains(name, "..") || !utf8.ValidString(name) {
				t.Errorf("%q is answered with %q", u.Path, body)
			}
		case 301:
			to, err := url.Parse(w.Header().Get("Location"))
			if err != nil || to.Host != "" || to.Scheme != "" || strings.HasPrefix(to.Path, "//") || strings.Contains(to.Path, "\\") {
				t.Errorf("%q is sent to %q", u.Path, w.Header().Get("Location"))
			}
		case 404:
		default:
			t.Errorf("%q is answered with %d", u.Path, w.Code)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" && w.Code == 200 {
			t.Errorf("%q is answered without nosniff", u.Path)
		}
	})
}
