package site

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/undelivered/undelivered/site/links"
)

// keptBy reads which files a service worker keeps, and what it wants each to be.
func keptBy(t *testing.T, worker []byte) (version string, files map[string]string) {
	t.Helper()
	m := regexp.MustCompile(`(?s)^const VERSION="(\w+)";\nconst FILES=(\{.*?\});\n`).FindSubmatch(worker)
	if m == nil {
		t.Fatalf("the service worker begins with %.200q", worker)
	}
	if err := json.Unmarshal(m[2], &files); err != nil {
		t.Fatal(err)
	}
	return string(m[1]), files
}

func TestWorker(t *testing.T) {
	s := real(t)
	version, files := keptBy(t, s.Files[workerName])
	for name, want := range files {
		sum := sha256.Sum256(s.Files[name])
		if got := "sha256-" + base64.StdEncoding.EncodeToString(sum[:]); s.Files[name] == nil || got != want {
			t.Errorf("%s is %s, and the service worker wants %s", name, got, want)
		}
	}
	for _, p := range s.Pages {
		if files[p.Path] == "" {
			t.Errorf("%s is not kept", p.Path)
		}
	}
	for _, name := range []string{"style.css", "find.js", "find-index.js", "offline.js", "icon.svg", manifestName, "v1/widget.js", "v1/decoder.wasm", "codes.json", "404.html"} {
		if files[name] == "" {
			t.Errorf("%s is not kept", name)
		}
	}
	for _, name := range []string{workerName, zipName, wholeName, "codes/550.md"} {
		if files[name] != "" {
			t.Errorf("%s is kept", name)
		}
	}
	// What is kept of another version is fetched anew, so one changed file is another version.
	changed, err := Generate(Config{Catalog: catalogue(t), Content: os.DirFS("../content"), Assets: map[string][]byte{"v1/widget.js": []byte("let a=2")}, Codes: []byte("version: 1\n"), BaseURL: "https://example.org/base/"})
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := keptBy(t, changed.Files[workerName]); again == version {
		t.Error("with another widget.js the version is the same")
	}
}

// TestForget publishes a service worker that keeps nothing.
func TestForget(t *testing.T) {
	s, err := Generate(Config{Catalog: codes(t), Content: content(), Forget: true})
	if err != nil {
		t.Fatal(err)
	}
	if worker := s.Files[workerName]; bytes.Contains(worker, []byte("FILES")) || !bytes.Contains(worker, []byte("unregister()")) {
		t.Errorf("%s", worker)
	}
}

// TestZip unpacks the folder for a disk, and wants every link in it to lead somewhere.
func TestZip(t *testing.T) {
	for name, base := range map[string]string{"known": "https://example.org/base/", "unknown": ""} {
		s, err := Generate(Config{Catalog: catalogue(t), Content: os.DirFS("../content"), Assets: maps.Clone(assets), Codes: []byte("version: 1\n"), BaseURL: base})
		if err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(s.Files[zipName]), int64(len(s.Files[zipName])))
		if err != nil {
			t.Fatal(err)
		}
		files := map[string][]byte{}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(r)
			if err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
			inside, ok := strings.CutPrefix(f.Name, zipFolder)
			if !ok {
				t.Errorf("%s is not in the folder %s", f.Name, zipFolder)
			}
			files[inside] = data
		}
		for _, p := range s.Pages {
			if p.ID != "404" && files[p.Path] == nil {
				t.Errorf("with the address %s, %s is not in it", name, p.Path)
			}
		}
		// The copy of that page in Markdown names the zip, as the page does.
		files[zipName] = []byte{}
		for _, err := range links.Check(files, "/") {
			t.Errorf("with the address %s: %v", name, err)
		}
	}
}

func TestManifest(t *testing.T) {
	s := real(t)
	var m struct {
		Start string `json:"start_url"`
		Scope string
		Icons []struct{ Src string }
	}
	if err := json.Unmarshal(s.Files[manifestName], &m); err != nil {
		t.Fatal(err)
	}
	if m.Start != "./index.html" || m.Scope != "./" || len(m.Icons) == 0 {
		t.Errorf("%+v", m)
	}
	for _, icon := range m.Icons {
		if s.Files[icon.Src] == nil {
			t.Errorf("there is no icon %s", icon.Src)
		}
	}
}
