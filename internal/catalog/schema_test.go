package catalog

import (
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "rewrite codes.schema.json")

func TestSchema(t *testing.T) {
	const name = "codes.schema.json"
	got := Schema()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s is not what the types say: run go generate ./internal/catalog", name)
	}
}

// TestSchemaAgrees holds the schema against the loader: the valid file fits both, and what
// the loader refuses for its form the schema refuses too.
func TestSchemaAgrees(t *testing.T) {
	var s map[string]any
	if err := json.Unmarshal(Schema(), &s); err != nil {
		t.Fatal(err)
	}
	whole := fixture(t)
	if wrong := misfit(s, s, decode(t, whole), ""); wrong != "" {
		t.Errorf("the valid file does not fit: %s", wrong)
	}
	refused := map[string]bool{
		"unknown section": true, "unknown key": true, "unknown key within a row": true,
		"missing key": true, "missing source": true, "missing example": true, "missing match": true, "missing version": true,
		"wrong version": true, "version is no number": true, "empty needed value": true, "empty list": true, "empty row": true,
		"list for text": true, "mapping for text": true, "text for list": true, "mapping for list": true, "text for row": true,
		"list for row": true, "list for section": true, "list for example": true, "text for true": true, "quoted true": true,
		"unknown choice": true, "reply of four digits": true, "reply of the seventh hundred": true, "first digit": true,
		"enhanced row with a class": true, "enhanced row with a leading zero": true, "enhanced code without class": true,
		"reply of enhanced code": true, "match that is no code": true, "id with a capital": true,
		"no date": true, "a URL of another kind": true, "a domain with capitals": true, "a language that is none": true,
		"an answer that is no address": true, "match of nothing": true,
	}
	tried := 0
	for _, d := range damages {
		if !refused[d.name] {
			continue
		}
		tried++
		if misfit(s, s, decode(t, strings.Replace(whole, d.old, d.new, 1)), "") == "" {
			t.Errorf("%s: fits the schema", d.name)
		}
	}
	if tried != len(refused) {
		t.Errorf("tried %d damages of %d", tried, len(refused))
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// misfit returns where v does not fit the schema s, for the words that [Schema] uses.
func misfit(root, s map[string]any, v any, at string) string {
	for word, want := range s {
		switch word {
		case "$schema", "$defs", "title", "description", "minimum", "maximum", "properties":
		case "$ref":
			name := strings.TrimPrefix(want.(string), "#/$defs/")
			if wrong := misfit(root, root["$defs"].(map[string]any)[name].(map[string]any), v, at); wrong != "" {
				return wrong
			}
		case "anyOf":
			all := ""
			for _, one := range want.([]any) {
				wrong := misfit(root, one.(map[string]any), v, at)
				if wrong == "" {
					all = ""
					break
				}
				all += wrong + " "
			}
			if all != "" {
				return all
			}
		case "type":
			is := map[reflect.Kind]string{
				reflect.Map: "object", reflect.Slice: "array", reflect.String: "string", reflect.Int: "integer", reflect.Float64: "integer", reflect.Bool: "boolean",
				reflect.Struct: "string", // a date
			}[reflect.ValueOf(v).Kind()]
			if is != want {
				if several, ok := want.([]any); !ok || is != several[0] && is != several[1] {
					return at + " is of type " + is
				}
			}
		case "const":
			if v != want && v != int(want.(float64)) { // a number of JSON, or of YAML
				return at + " is another value"
			}
		case "enum":
			found := false
			for _, one := range want.([]any) {
				found = found || one == v
			}
			if !found {
				return at + " is none of the choices"
			}
		case "pattern":
			if text, ok := v.(string); ok && !regexp.MustCompile(want.(string)).MatchString(text) {
				return at + " is of another form"
			}
		case "minLength":
			if v == "" {
				return at + " is empty"
			}
		case "minItems", "minProperties":
			if k := reflect.ValueOf(v).Kind(); (k == reflect.Map || k == reflect.Slice) && reflect.ValueOf(v).Len() == 0 {
				return at + " is empty"
			}
		case "items":
			if list, ok := v.([]any); ok {
				for _, item := range list {
					if wrong := misfit(root, want.(map[string]any), item, at+"/-"); wrong != "" {
						return wrong
					}
				}
			}
		case "required":
			for _, key := range want.([]any) {
				if m, ok := members(v)[key.(string)]; !ok || m == nil {
					return at + " has no " + key.(string)
				}
			}
		case "propertyNames":
			for key := range members(v) {
				if wrong := misfit(root, want.(map[string]any), key, at+"/"+key); wrong != "" {
					return wrong
				}
			}
		case "additionalProperties":
			properties, _ := s["properties"].(map[string]any)
			for key, value := range members(v) {
				known, ok := properties[key].(map[string]any)
				if !ok {
					if known, ok = want.(map[string]any); !ok {
						return at + " has an unknown key " + key
					}
				}
				if wrong := misfit(root, known, value, at+"/"+key); wrong != "" {
					return wrong
				}
			}
		default:
			return "the schema has a word that this test does not know: " + word
		}
	}
	return ""
}

// members returns what a mapping holds, its keys as text.
func members(v any) map[string]any {
	switch v := v.(type) {
	case map[string]any:
		return v
	case map[any]any:
		m := map[string]any{}
		for key, value := range v {
			m[strings.TrimSpace(strings.Trim(string(mustJSON(key)), `"`))] = value
		}
		return m
	}
	return nil
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
