package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/undelivered/undelivered/internal/catalog"
	"github.com/undelivered/undelivered/internal/charsets"
	"github.com/undelivered/undelivered/internal/explain"
)

// knowledge is codes.yaml, read and compiled.
type knowledge struct {
	path     string
	data     []byte // of the file
	catalog  *catalog.Catalog
	packed   []byte
	explain  *explain.Explainer
	claims   []catalog.Claim
	problems catalog.Problems // all that is wrong with it; nothing may be made of it then
}

// ownName is the file in content/ with codes of whoever publishes the site. It has the sections
// of codes.yaml, and stands beside it so that changes to that never meet theirs.
const ownName = "own.yaml"

// load reads codes.yaml, with own.yaml where there is one in content, and tries the examples.
// An error is one of reading the files; what is wrong in them is in the problems.
func load(asked, content string, examples bool) (*knowledge, error) {
	path, err := source(asked, "codes.yaml")
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	k := &knowledge{path: path, data: data}
	files := []catalog.File{{Name: filepath.Base(path), Data: data}}
	if content == "" {
		content = filepath.Join(filepath.Dir(path), "content")
	}
	switch own, err := os.ReadFile(filepath.Join(content, ownName)); {
	case err == nil:
		files = append(files, catalog.File{Name: filepath.ToSlash(filepath.Join(filepath.Base(content), ownName)), Data: own})
	case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR):
		return nil, err
	}
	k.catalog, k.problems = catalog.LoadFiles(files...)
	if k.catalog == nil {
		return k, nil
	}
	k.packed = k.catalog.Pack()
	if k.explain, err = explain.Open(k.packed); err != nil {
		return nil, err
	}
	if examples {
		var wrong catalog.Problems
		k.claims, wrong = k.catalog.Examine(k.recognise)
		k.problems = append(k.problems, wrong...)
	}
	return k, nil
}

// recognise says what the decoder makes of an example.
func (k *knowledge) recognise(text string) catalog.Recognised {
	r := k.explain.Explain(text, charsets.All{})
	if len(r.Findings) == 0 {
		return catalog.Recognised{Outcome: r.Outcome}
	}
	f := &r.Findings[0]
	return catalog.Recognised{
		Outcome: r.Outcome, Reply: f.Reply, Enhanced: f.Enhanced, Reason: f.Reason, Permanence: f.Permanence,
		Actor: f.Actor, Provider: f.Provider, Client: f.Client, Rows: f.Rows,
	}
}
