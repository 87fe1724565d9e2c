package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	k8syaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/cli-runtime/pkg/resource"
)

// A file as `kubectl apply -f` reads it: each document as JSON up to the first that cannot be read, and the objects
// that its visitor makes of them.
func readStream(raw []byte) answer {
	reply := answer{}
	readDocuments(raw, reply)
	readObjects(raw, reply)
	return reply
}

// cli-runtime decodes a file in the same way (pkg/resource/visitor.go, FileVisitor).
func readerOf(raw []byte) io.Reader {
	return transform.NewReader(bytes.NewReader(raw), unicode.BOMOverride(unicode.UTF8.NewDecoder()))
}

func readDocuments(raw []byte, reply answer) {
	documents := []any{}
	decoder := k8syaml.NewYAMLOrJSONDecoder(readerOf(raw), 4096) // the size that visitor.go passes
	for {
		extension := runtime.RawExtension{}
		err := decoder.Decode(&extension)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			reply["error"] = err.Error()
			break
		}
		text := bytes.TrimSpace(extension.Raw)
		switch {
		case len(text) == 0 || bytes.Equal(text, []byte("null")):
		case json.Valid(text):
			documents = append(documents, json.RawMessage(text))
		default:
			documents = append(documents, answer{"not_json": base64.StdEncoding.EncodeToString(text)})
		}
	}
	reply["documents"] = documents
}

func readObjects(raw []byte, reply answer) {
	objects := []any{}
	problems := []string{}
	builder := resource.NewLocalBuilder().Unstructured().ContinueOnError()
	err := builder.Stream(readerOf(raw), "stream").Flatten().Do().Visit(func(info *resource.Info, err error) error {
		if err != nil {
			problems = append(problems, err.Error())
			return nil
		}
		if one, ok := info.Object.(*unstructured.Unstructured); ok {
			objects = append(objects, one.Object)
		}
		return nil
	})
	if err != nil {
		problems = append(problems, err.Error())
	}
	reply["objects"] = objects
	reply["problems"] = problems
}
