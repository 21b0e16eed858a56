// Package serve shows a site while it is being worked on: it builds, serves the folder, and
// builds again when a source changes. It is made for one's own machine, not for the web.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Options are what [Serve] does beside serving.
type Options struct {
	Watch []string                    // files and folders; a change in them builds again
	Build func(context.Context) error // writes the folder, or fails and leaves it as it was
	Log   io.Writer                   // takes a line for each thing that happens
}

// poll is how often sources are looked at. Asking for the times of a few hundred files
// takes a few milliseconds.
const poll = 300 * time.Millisecond

// Serve builds the site and serves the folder dir on addr, until ctx ends. An address
// without a host is one of this machine alone. A build that fails is told in the log, and
// what is in dir is served on.
func Serve(ctx context.Context, addr, dir string, o Options) error {
	addr, err := local(addr)
	if err != nil {
		return err
	}
	// The port first, so that nobody waits for a build that then cannot be shown.
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("%w; choose another address with --addr", err)
	}
	log := &logger{w: o.Log}
	seen := snapshot(o.Watch)
	build(ctx, o, log)
	log.printf("serving %s on http://%s/ (for development; stop with Ctrl+C)", dir, l.Addr())

	server := &http.Server{Handler: Handler(dir), ReadHeaderTimeout: 10 * time.Second}
	ctx, cancel := context.WithCancel(ctx)
	var watching sync.WaitGroup
	watching.Go(func() { watch(ctx, seen, o, log) })
	stopped := make(chan struct{})
	context.AfterFunc(ctx, func() {
		defer close(stopped)
		end, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		server.Shutdown(end) // what is not done after a second is cut off with the program
	})
	err = server.Serve(l)
	cancel()
	<-stopped
	watching.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// local gives addr the loopback host where it has none.
func local(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("address %q: write it as 127.0.0.1:8080", addr)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

func build(ctx context.Context, o Options, log *logger) {
	start := time.Now()
	if err := o.Build(ctx); err != nil {
		if ctx.Err() == nil {
			log.printf("%v", err)
			log.printf("not built; what was there is served on")
		}
		return
	}
	log.printf("built in %d ms", time.Since(start).Milliseconds())
}

// watch builds again when the sources differ from seen and have come to rest.
func watch(ctx context.Context, seen map[string]stamp, o Options, log *logger) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	last, built := seen, seen
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := snapshot(o.Watch)
		// Editors write a file in several steps, so two looks must agree.
		if !same(now, built) && same(now, last) {
			built = now
			build(ctx, o, log)
		}
		last = now
	}
}

// stamp tells one state of a file from another.
type stamp struct {
	size int64
	time time.Time
}

// snapshot returns the state of all files below the given ones. What starts with a dot is
// an editor's or git's. What cannot be read is left out, and comes back as a change.
func snapshot(paths []string) map[string]stamp {
	files := map[string]stamp{}
	for _, root := range paths {
		filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return nil
			}
			if name != root && strings.HasPrefix(d.Name(), ".") {
				if d.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			if info, err := d.Info(); err == nil && !d.IsDir() {
				files[name] = stamp{info.Size(), info.ModTime()}
			}
			return nil
		})
	}
	return files
}

func same(a, b map[string]stamp) bool {
	if len(a) != len(b) {
		return false
	}
	for name, s := range a {
		if t, ok := b[name]; !ok || s.size != t.size || !s.time.Equal(t.time) {
			return false
		}
	}
	return true
}

type logger struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *logger) printf(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(l.w, format+"\n", args...)
}

// types are the content types by the ends of names. The machine's own table is not asked,
// since browsers refuse WebAssembly under a wrong one.
var types = map[string]string{
	".html":        "text/html; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".json":        "application/json",
	".webmanifest": "application/manifest+json",
	".wasm":        "application/wasm",
	".svg":         "image/svg+xml",
	".png":         "image/png",
	".ico":         "image/x-icon",
	".xml":         "application/xml",
	".txt":         "text/plain; charset=utf-8",
	".md":          "text/markdown; charset=utf-8",
	".csv":         "text/csv; charset=utf-8",
	".yaml":        "application/yaml",
	".zip":         "application/zip",
}

// Handler serves the files below dir as GitHub Pages does: index.html for a folder,
// codes/550.html for codes/550, and 404.html for what is not there. The folder may be
// replaced while it is served. Nothing outside of it is answered, by whatever path or link.
func Handler(dir string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD are answered", http.StatusMethodNotAllowed)
			return
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			http.Error(w, "the site is not built yet; the log says why", http.StatusServiceUnavailable)
			return
		}
		defer root.Close()
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" || strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		f, info := open(root, name)
		switch {
		case f == nil && path.Ext(name) == "":
			f, info = open(root, name+".html")
		case f != nil && info.IsDir():
			f.Close()
			http.Redirect(w, r, path.Base(name)+"/", http.StatusMovedPermanently)
			return
		}
		if f == nil {
			notFound(w, r, root)
			return
		}
		defer f.Close()
		header(w, info.Name())
		http.ServeContent(w, r, "", time.Time{}, f)
	})
}

// open opens a file or folder of the site, or returns nil where there is none that may be
// shown.
func open(root *os.Root, name string) (*os.File, fs.FileInfo) {
	if !fs.ValidPath(name) || strings.ContainsAny(name, "\\:\x00") || strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
		return nil, nil
	}
	// A device or a pipe could hold the request for ever, and must not even be opened.
	info, err := root.Stat(name)
	if err != nil || !info.IsDir() && !info.Mode().IsRegular() {
		return nil, nil
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, nil
	}
	return f, info
}

func header(w http.ResponseWriter, name string) {
	kind := types[path.Ext(name)]
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store") // the next build may be a second away
	w.Header().Set("X-Content-Type-Options", "nosniff")
}

func notFound(w http.ResponseWriter, r *http.Request, root *os.Root) {
	page, err := root.ReadFile("404.html")
	if err != nil {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	header(w, "404.html")
	w.WriteHeader(http.StatusNotFound)
	if r.Method == http.MethodGet {
		w.Write(page) // a reader who has left needs no error
	}
}
