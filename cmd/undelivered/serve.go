package main

import (
	"context"
	"path/filepath"

	"github.com/undelivered/undelivered/site/serve"
)

const serveUsage = `Usage: undelivered serve [--addr HOST:PORT] [--codes FILE] [--content DIR] [--out DIR] [--base-url URL]

Builds the site, serves it, and builds it again when codes.yaml or the content changes.
It is made for development: it listens on this machine alone unless --addr says otherwise.
Templates, styles and scripts are part of the command; start it again after changing them.`

func serveCommand(ctx context.Context, args []string, std stdio) error {
	f := flags("serve", serveUsage, std)
	addr := f.String("addr", "127.0.0.1:8080", "the `address` to listen on")
	b := addBuildFlags(f)
	if err := parse(f, args, std, 0); err != nil {
		return err
	}
	codes, err := source(*b.codes, "codes.yaml")
	if err != nil {
		return err
	}
	content, err := source(*b.content, "content")
	if err != nil {
		return err
	}
	out, err := filepath.Abs(*b.out)
	if err != nil {
		return err
	}
	return serve.Serve(ctx, *addr, out, serve.Options{
		Watch: []string{codes, content},
		Build: func(ctx context.Context) error {
			_, err := b.build(ctx)
			return err
		},
		Log: std.err,
	})
}
