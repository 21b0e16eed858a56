package serve

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// folder returns a folder with a site in it, beside a file that nobody may see.
func folder(t testing.TB) string {
	t.Helper()
	top := t.TempDir()
	files := map[string]string{
		"secret.txt":            "secret",
		"site-b/secret.txt":     "secret",
		"site/index.html":       "home",
		"site/404.html":         "lost",
		"site/codes/550.html":   "page 550",
		"site/codes/index.html": "codes",
		"site/decoder.wasm":     "\x00asm",
		"site/widget.js":        "let x",
		"site/style.css":        "a{}",
		"site/icon.svg":         "<svg/>",
		"site/.hidden":          "secret",
		"site/.git/config":      "secret",
		"site/odd.xyz":          "odd",
	}
	for name, text := range files {
		name = filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	site := filepath.Join(top, "site")
	for link, to := range map[string]string{
		"out.txt": "../secret.txt", "outdir": "..", "absolute.txt": filepath.Join(top, "secret.txt"), "within.html": "index.html",
	} {
		if err := os.Symlink(to, filepath.Join(site, link)); err != nil {
			t.Fatal(err)
		}
	}
	return site
}

func TestHandler(t *testing.T) {
	server := httptest.NewServer(Handler(folder(t)))
	defer server.Close()
	tests := []struct {
		path   string
		status int
		body   string
		kind   string
	}{
		{"/", 200, "home", "text/html; charset=utf-8"},
		{"/index.html", 200, "home", "text/html; charset=utf-8"},
		{"/codes/550.html", 200, "page 550", "text/html; charset=utf-8"},
		{"/codes/550", 200, "page 550", "text/html; charset=utf-8"},
		{"/codes/", 200, "codes", "text/html; charset=utf-8"},
		{"/codes", 301, "", ""},
		{"/decoder.wasm", 200, "\x00asm", "application/wasm"},
		{"/widget.js?v=1", 200, "let x", "text/javascript; charset=utf-8"},
		{"/style.css", 200, "a{}", "text/css; charset=utf-8"},
		{"/icon.svg", 200, "<svg/>", "image/svg+xml"},
		{"/odd.xyz", 200, "odd", "application/octet-stream"},
		{"/within.html", 200, "home", "text/html; charset=utf-8"},
		{"/codes/551.html", 404, "lost", "text/html; charset=utf-8"},
		{"/a/b/c/d", 404, "lost", "text/html; charset=utf-8"},
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			r, err := client.Get(server.URL + tt.path)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Body.Close()
			body, _ := io.ReadAll(r.Body)
			if r.StatusCode != tt.status || tt.status != 301 && string(body) != tt.body || tt.kind != "" && r.Header.Get("Content-Type") != tt.kind {
				t.Errorf("GET %s = %d %q %q, want %d %q %q", tt.path, r.StatusCode, body, r.Header.Get("Content-Type"), tt.status, tt.body, tt.kind)
			}
			if to := r.Header.Get("Location"); tt.status == 301 && to != "/codes/" {
				t.Errorf("leads to %q, want /codes/", to)
			}
		})
	}
	r, err := client.Post(server.URL+"/", "text/plain", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST = %d, want 405", r.StatusCode)
	}
}

// TestOutside asks for the file beside the folder in every way that has worked on some
// server, over a raw connection, since clients clean their paths.
func TestOutside(t *testing.T) {
	site := folder(t)
	server := httptest.NewServer(Handler(site))
	defer server.Close()
	top := filepath.Dir(site)
	ups := []string{"..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "..%00", "..;", "%c0%ae%c0%ae", "%u002e%u002e", "....", ". .", "..%20"}
	slashes := []string{"/", "%2f", "%5c", "\\", "//", "/./", "%252f", "%c0%af"}
	paths := []string{
		top + "/secret.txt", "//" + top + "/secret.txt", "/%2e%2e%2fsecret.txt", "/out.txt", "/outdir/secret.txt", "/absolute.txt",
		"/.hidden", "/.git/config", "/codes/../.hidden", "/%2ehidden", "/codes/550.html/../../../secret.txt", "/../site-b/secret.txt",
		"/secret.txt%00.html", "/file:///etc/passwd", "http://127.0.0.1/../secret.txt", "*", "/codes/550.html%00", "/index.html::$DATA", "/c:/secret.txt",
	}
	for _, up := range ups {
		for _, slash := range slashes {
			for _, before := range []string{"/", "/codes/", "/codes/x/"} {
				for n := 1; n <= 3; n++ {
					paths = append(paths, before+strings.Repeat(up+slash, n)+"secret.txt")
				}
			}
		}
	}
	answered := 0
	for _, path := range paths {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path)
		r, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err == nil {
			answered++
			body, _ := io.ReadAll(r.Body)
			if bytes.Contains(body, []byte("secret")) || r.StatusCode == 200 {
				t.Errorf("GET %q = %d %q", path, r.StatusCode, body)
			}
			if to := r.Header.Get("Location"); to != "" {
				t.Errorf("GET %q leads to %q", path, to)
			}
		}
		conn.Close()
	}
	if answered < len(paths)/2 {
		t.Errorf("only %d of %d paths were answered at all", answered, len(paths))
	}
	t.Logf("%d paths tried", len(paths))
}

func TestNotBuiltYet(t *testing.T) {
	w := httptest.NewRecorder()
	Handler(filepath.Join(t.TempDir(), "dist")).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", w.Code)
	}
}

func TestLocal(t *testing.T) {
	for addr, want := range map[string]string{
		":8080": "127.0.0.1:8080", "127.0.0.1:0": "127.0.0.1:0", "0.0.0.0:80": "0.0.0.0:80", "[::1]:80": "[::1]:80", "8080": "",
	} {
		got, err := local(addr)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("local(%q) = %q, %v; want %q", addr, got, err, want)
		}
	}
}

// lines is a log that can be waited for.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// TestServe changes a source for the better and the worse, and looks at what is served.
func TestServe(t *testing.T) {
	top := t.TempDir()
	source := filepath.Join(top, "content", "page.md")
	dist := filepath.Join(top, "dist")
	write := func(text string) {
		t.Helper()
		if err := errors.Join(os.MkdirAll(filepath.Dir(source), 0o777), os.WriteFile(source, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	log := new(lines)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- Serve(ctx, ":0", dist, Options{ // told no host, it is this machine alone
			Watch: []string{filepath.Join(top, "content")},
			Log:   log,
			Build: func(context.Context) error {
				text, err := os.ReadFile(source)
				if err != nil {
					return err
				}
				if string(text) == "wrong" {
					return errors.New("page.md:1: this is wrong; mend it")
				}
				return errors.Join(os.MkdirAll(dist, 0o777), os.WriteFile(filepath.Join(dist, "index.html"), text, 0o666))
			},
		})
	}()
	wait := func(what string, is func() bool) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("waited in vain for %s; the log:\n%s", what, log)
			}
		}
	}
	wait("the address", func() bool { return strings.Contains(log.String(), "http://127.0.0.1:") })
	if !strings.Contains(log.String(), "for development") {
		t.Errorf("it is not said to be for development: %s", log)
	}
	_, rest, _ := strings.Cut(log.String(), "on http://")
	addr, _, _ := strings.Cut(rest, "/")
	shows := func(want string) func() bool {
		return func() bool {
			r, err := http.Get("http://" + addr + "/")
			if err != nil {
				return false
			}
			defer r.Body.Close()
			body, _ := io.ReadAll(r.Body)
			return string(body) == want
		}
	}
	wait("the first build", shows("one"))
	write("two, longer")
	wait("the second build", shows("two, longer"))
	write("wrong")
	wait("the failure", func() bool { return strings.Contains(log.String(), "page.md:1: this is wrong; mend it") })
	if !shows("two, longer")() {
		t.Error("after a failed build the old files are not served")
	}
	write("three")
	wait("the third build", shows("three"))
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("Serve = %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("Serve did not end")
	}
}

func TestServeAddressTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	err = Serve(t.Context(), l.Addr().String(), t.TempDir(), Options{Log: io.Discard, Build: func(context.Context) error {
		t.Error("built, though it cannot be shown")
		return nil
	}})
	if err == nil || !strings.Contains(err.Error(), "--addr") {
		t.Errorf("Serve = %v, want an error that names --addr", err)
	}
}
