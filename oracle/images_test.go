package main

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A function that Kubernetes does not export is restated here word for word.
func TestRestated(t *testing.T) {
	folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/kubernetes").Output()
	if err != nil {
		t.Fatal(err)
	}
	theirs := filepath.Join(strings.TrimSpace(string(folder)), "pkg", "kubelet", "images", "image_manager.go")
	if ours, theirs := sourceOf(t, "images.go"), sourceOf(t, theirs); ours != theirs {
		t.Errorf("applyDefaultImageTag is\n%s\nand in Kubernetes\n%s", ours, theirs)
	}
}

func sourceOf(t *testing.T, path string) string {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, 0) // without comments
	if err != nil {
		t.Fatal(err)
	}
	for _, declaration := range file.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if ok && function.Name.Name == "applyDefaultImageTag" {
			var text bytes.Buffer
			if err := format.Node(&text, files, function); err != nil {
				t.Fatal(err)
			}
			return strings.Join(strings.Fields(text.String()), " ")
		}
	}
	t.Fatalf("no applyDefaultImageTag in %s", path)
	return ""
}
