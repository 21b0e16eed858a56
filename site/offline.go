package site

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"path"
	"slices"
	"strings"
)

// Files with which the site is kept.
const (
	workerName   = "sw.js" // the service worker; its address must never change
	manifestName = "manifest.webmanifest"
	zipName      = "undelivered-offline.zip"
	zipFolder    = "undelivered/" // what the zip unpacks to
)

// offline makes the files with which the site is kept, of all its other files.
func (b *book) offline(t *theme, files map[string][]byte) (map[string][]byte, error) {
	made := map[string][]byte{manifestName: b.manifest(files)}
	all := map[string][]byte{manifestName: made[manifestName]}
	for name, data := range files {
		all[name] = data
	}
	made[workerName] = t.worker(all)
	if b.config.Forget {
		made[workerName] = t.unworker
	}
	packed, err := b.zip(all)
	made[zipName] = packed
	return made, err
}

// manifest tells browsers how to install the site (W3C Web Application Manifest).
func (b *book) manifest(files map[string][]byte) []byte {
	type icon struct {
		Src     string `json:"src"`
		Sizes   string `json:"sizes"`
		Type    string `json:"type"`
		Purpose string `json:"purpose,omitempty"`
	}
	icons := []icon{{"icon.svg", "any", "image/svg+xml", ""}}
	for _, name := range sortedKeys(files) {
		size, ok := strings.CutPrefix(name, "icons/")
		if !ok || path.Ext(size) != ".png" {
			continue
		}
		size, purpose, _ := strings.Cut(strings.TrimSuffix(size, ".png"), "-")
		icons = append(icons, icon{name, size + "x" + size, "image/png", purpose})
	}
	data, err := json.MarshalIndent(map[string]any{
		"id": "./", "start_url": "./index.html", "scope": "./", "display": "standalone", "lang": "en", "dir": "ltr",
		"name": b.settings.Name, "short_name": b.settings.Name, "description": b.pages["home"].Description,
		"background_color": "#f3f5f4", "theme_color": "#f3f5f4", "categories": []string{"utilities", "reference"},
		"icons": icons,
	}, "", " ")
	if err != nil {
		panic(err) // strings can be marshalled
	}
	return append(data, '\n')
}

// isKept reports whether a service worker keeps a file: all that pages show, load or lead to,
// but the other ways of keeping the site, and the versions of the widget that are for other
// people's pages. decoder.js is for pages on disk.
func isKept(name string) bool {
	folder := path.Dir(widgetScript) + "/"
	if path.Ext(name) == ".md" || name == folder+"decoder.js" || strings.HasPrefix(name, folder) && strings.Count(name, "/") > 1 {
		return false
	}
	return !slices.Contains([]string{zipName, wholeName, markerName, workerName, "sitemap.xml", "robots.txt", "llms.txt"}, name) && !isOldAddress(name)
}

// worker makes the service worker for files.
func (t *theme) worker(files map[string][]byte) []byte {
	var w bytes.Buffer
	version := sha256.New()
	list := "{"
	for _, name := range sortedKeys(files) {
		if !isKept(name) {
			continue
		}
		sum := sha256.Sum256(files[name])
		entry := fmt.Sprintf("%q:\"sha256-%s\"", name, base64.StdEncoding.EncodeToString(sum[:]))
		fmt.Fprintln(version, entry)
		if list != "{" {
			list += ",\n"
		}
		list += entry
	}
	version.Write(t.working)
	fmt.Fprintf(&w, "const VERSION=%q;\nconst FILES=%s};\n%s", hex.EncodeToString(version.Sum(nil))[:16], list, t.working)
	return w.Bytes()
}

// isPacked reports whether a file is in the zip: what a service worker keeps, and what is for
// people and programs that look at the folder itself. 404.html is for servers.
func isPacked(name string) bool {
	folder := path.Dir(widgetScript) + "/"
	switch {
	case name == "404.html":
		return false
	case name == wholeName, name == "llms.txt", name == folder+"decoder.js":
		return true
	case path.Ext(name) == ".md":
		return !strings.HasPrefix(name, folder)
	}
	return isKept(name)
}

// zip packs the site as a folder for a disk. The same files give the same bytes.
func (b *book) zip(files map[string][]byte) ([]byte, error) {
	var names []string
	for _, name := range sortedKeys(files) {
		if isPacked(name) {
			names = append(names, name)
		}
	}
	type entry struct {
		header zip.FileHeader
		data   []byte
	}
	entries := make([]entry, len(names))
	each(len(names), func(i int) {
		data := files[names[i]]
		// The way to the zip leads out of it.
		if names[i] == "offline.html" {
			data = bytes.ReplaceAll(data, []byte(`href="`+zipName+`"`), []byte(`href="`+b.absolute(zipName)+`"`))
			if b.base == nil {
				data = bytes.ReplaceAll(data, []byte(` href="`+zipName+`"`), nil)
			}
		}
		packed := b.deflater.deflate(data)
		entries[i] = entry{zip.FileHeader{
			Name: zipFolder + names[i], Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(data),
			UncompressedSize64: uint64(len(data)), CompressedSize64: uint64(len(packed)),
		}, packed}
	})
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := range entries {
		e := &entries[i]
		f, err := w.CreateRaw(&e.header)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(e.data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}
