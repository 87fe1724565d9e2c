// The oracle answers questions with the real code of Kubernetes: a JSON object on each line of standard input, and one
// on each line of standard output. It opens no connection and reads no file.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
)

// A question names an operation and carries what that operation needs.
type question struct {
	Op       string            `json:"op"`
	Image    string            `json:"image"`
	Images   []string          `json:"images"`
	Secrets  []secretData      `json:"secrets"`
	Keys     []string          `json:"keys"`
	Bytes    []byte            `json:"bytes"`
	Object   json.RawMessage   `json:"object"`
	Pod      json.RawMessage   `json:"pod"`
	Accounts []json.RawMessage `json:"accounts"`
}

type answer map[string]any

func main() {
	debug.SetGCPercent(400) // many short-lived objects, little memory in use
	klog.SetLogger(logr.Discard()) // Kubernetes logs each key that it cannot read
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(input io.Reader, output io.Writer) error {
	in := bufio.NewReaderSize(input, 1<<20)
	out := bufio.NewWriterSize(output, 1<<20)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, end := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if err := encoder.Encode(replyTo(line)); err != nil {
				return err
			}
		}
		if in.Buffered() == 0 || end != nil {
			if err := out.Flush(); err != nil {
				return err
			}
		}
		if end == io.EOF {
			return nil
		}
		if end != nil {
			return end
		}
	}
}

func replyTo(line []byte) (reply answer) {
	defer func() {
		if failure := recover(); failure != nil {
			reply = answer{"oracle_error": fmt.Sprint("panic: ", failure)}
		}
	}()
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{"oracle_error": err.Error()}
	}
	switch asked.Op {
	case "version":
		return versions()
	case "image":
		return readImage(asked.Image)
	case "match":
		return matchKeys(asked.Keys, asked.Images)
	case "keyring":
		return lookUp(asked.Secrets, asked.Images)
	case "object":
		return readObject(asked.Object, asked.Images)
	case "admission":
		return admit(asked.Pod, asked.Accounts)
	case "stream":
		return readStream(asked.Bytes)
	}
	return answer{"oracle_error": "no such operation"}
}
