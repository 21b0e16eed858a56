package main

import (
	"os"
	"path/filepath"

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

// load reads codes.yaml and tries its examples. An error is one of reading the file; what
// is wrong in it is in the problems.
func load(asked string, examples bool) (*knowledge, error) {
	path, err := source(asked, "codes.yaml")
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	k := &knowledge{path: path, data: data}
	k.catalog, k.problems = catalog.Load(filepath.Base(path), data)
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
