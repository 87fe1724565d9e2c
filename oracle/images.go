package main

import (
	"strings"

	"k8s.io/kubernetes/pkg/util/parsers"
)

// What the kubelet reads in an image, and the text that it hands to the runtime.
func readImage(image string) answer {
	repository, tag, digest, err := parsers.ParseImageName(image)
	if err != nil {
		return answer{"error": err.Error()}
	}
	applied, err := applyDefaultImageTag(image)
	if err != nil {
		return answer{"error": err.Error()}
	}
	return answer{"repository": repository, "tag": tag, "digest": digest, "applied": applied}
}

// Restated from pkg/kubelet/images/image_manager.go, which does not export it; TestRestated compares the two.
func applyDefaultImageTag(image string) (string, error) {
	_, tag, digest, err := parsers.ParseImageName(image)
	if err != nil {
		return "", err
	}
	if len(digest) == 0 && len(tag) > 0 && !strings.HasSuffix(image, ":"+tag) {
		image = image + ":" + tag
	}
	return image, nil
}
