package main

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/pkg/credentialprovider"
	"k8s.io/kubernetes/pkg/credentialprovider/secrets"
	"k8s.io/kubernetes/pkg/util/parsers"
)

// A Secret as the API server stored it; its values are base64 in JSON, since they need not be text.
type secretData struct {
	Name string            `json:"name"`
	Type string            `json:"type"`
	Data map[string][]byte `json:"data"`
}

// Which credentials of these Secrets the kubelet tries for each image, in order.
func lookUp(stored []secretData, images []string) answer {
	passed := make([]corev1.Secret, 0, len(stored))
	for _, secret := range stored {
		passed = append(passed, corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Name: secret.Name, Namespace: "ns"},
			Type:       corev1.SecretType(secret.Type),
			Data:       secret.Data,
		})
	}
	keyring, err := secrets.MakeDockerKeyring(passed, credentialprovider.UnionDockerKeyring{})
	if err != nil {
		return answer{"error": err.Error()}
	}
	return lookUpEach(keyring, images)
}

// The same for bare keys, without a Secret around them; the user name of each key is its position.
func matchKeys(keys, images []string) answer {
	config := credentialprovider.DockerConfig{}
	for position, key := range keys {
		config[key] = credentialprovider.DockerConfigEntry{Username: fmt.Sprint(position), Password: "p"}
	}
	keyring := &credentialprovider.BasicDockerKeyring{}
	keyring.Add(nil, config)
	return lookUpEach(keyring, images)
}

func lookUpEach(keyring credentialprovider.DockerKeyring, images []string) answer {
	lookups := make([]answer, 0, len(images))
	for _, image := range images {
		lookups = append(lookups, lookUpOne(keyring, image))
	}
	return answer{"lookups": lookups}
}

func lookUpOne(keyring credentialprovider.DockerKeyring, image string) answer {
	repository, _, _, err := parsers.ParseImageName(image)
	if err != nil {
		return answer{"image_error": err.Error()}
	}
	credentials, found := keyring.Lookup(repository)
	tried := make([][2]string, 0, len(credentials))
	for _, credential := range credentials {
		secret := ""
		if credential.Source != nil && credential.Source.Secret != nil {
			secret = credential.Source.Secret.Name
		}
		tried = append(tried, [2]string{secret, credential.Username})
	}
	return answer{"found": found, "tried": tried}
}
