package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/undelivered/undelivered/site"
	"github.com/undelivered/undelivered/wasm"
)

const buildUsage = `Usage: undelivered build [--codes FILE] [--content DIR] [--out DIR] [--base-url URL]
                         [--keep DIR] [--forget]

Writes the site with everything in it: pages, styles, decoder and widget. Nothing is
written unless all is well, and an older site stays whole until the new one is.
The Go toolchain is needed, which compiles the decoder; run it inside the project.`

// buildFlags are the flags that build and serve share.
type buildFlags struct {
	codes, content, out, baseURL, keep *string
	forget                             *bool
}

func addBuildFlags(f *flag.FlagSet) buildFlags {
	return buildFlags{
		codes:   f.String("codes", "", "the `file` with the knowledge (default: codes.yaml here or above)"),
		content: f.String("content", "", "the `folder` with guides and page texts (default: content here or above)"),
		out:     f.String("out", "dist", "the `folder` to write; it is replaced"),
		baseURL: f.String("base-url", "", "where the site will be, for canonical links: https://example.org/errors/ (default: what content/site.yaml says)"),
		keep:    f.String("keep", "", "the `folder` of an older site whose fixed versions of the widget stay"),
		forget:  f.Bool("forget", false, "have browsers remove the copy that they keep of the site"),
	}
}

func buildCommand(ctx context.Context, args []string, std stdio) error {
	f := flags("build", buildUsage, std)
	b := addBuildFlags(f)
	if err := parse(f, args, std, 0); err != nil {
		return err
	}
	start := time.Now()
	s, err := b.build(ctx)
	if err != nil {
		return err
	}
	took := time.Since(start)
	s.Report().Print(std.out)
	fmt.Fprintf(std.out, "written to %s in %.1f s\n", *b.out, took.Seconds())
	return nil
}

// build makes the site and writes it.
func (b buildFlags) build(ctx context.Context) (*site.Site, error) {
	s, err := b.make(ctx)
	if err != nil {
		return nil, err
	}
	return s, s.Write(*b.out)
}

// make makes the site in memory.
func (b buildFlags) make(ctx context.Context) (*site.Site, error) {
	k, err := load(*b.codes, *b.content, true)
	if err != nil {
		return nil, err
	}
	if err := k.problems.Err(); err != nil {
		return nil, err
	}
	return b.generate(ctx, k)
}

// generate makes the site of knowledge that has been found right.
func (b buildFlags) generate(ctx context.Context, k *knowledge) (*site.Site, error) {
	content, err := source(*b.content, "content")
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(content); err != nil || !info.IsDir() {
		return nil, errors.Join(fmt.Errorf("undelivered: %s is no folder; name the one with the guides with --content", content), err)
	}
	settings, err := site.ReadSettings(os.DirFS(content), filepath.Base(content))
	if err != nil {
		return nil, err
	}
	baseURL := cmp.Or(*b.baseURL, settings.BaseURL)
	widget, err := wasm.Assets(ctx, k.packed, baseURL)
	if err != nil {
		return nil, err
	}
	if *b.keep != "" {
		if err := widget.Keep(*b.keep); err != nil {
			return nil, err
		}
	}
	return site.Generate(site.Config{
		Catalog: k.catalog, Content: os.DirFS(content), Assets: widget.Files, Fixed: widget.Fixed, Codes: k.data, BaseURL: baseURL, Forget: *b.forget, ContentName: filepath.Base(content),
	})
}
