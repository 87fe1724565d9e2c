package main

import (
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"k8s.io/kubernetes/pkg/credentialprovider"
)

// An object as the API server takes it: strict decoding, defaults, conversion, validation and warnings.
func readObject(raw []byte, images []string) answer {
	var meta metav1.TypeMeta
	if err := json.Unmarshal(raw, &meta); err != nil {
		return answer{"decode_error": err.Error()}
	}
	kind := schema.FromAPIVersionAndKind(meta.APIVersion, meta.Kind)
	if !legacyscheme.Scheme.Recognizes(kind) {
		return answer{"unknown_kind": kind.String()}
	}
	reply := answer{"kind": kind.Kind}
	object := decode(raw, kind, reply)
	if object == nil {
		return reply
	}
	if accessor, ok := object.(metav1.Object); ok && accessor.GetNamespace() == "" {
		accessor.SetNamespace("default")
	}
	validate(object, reply)
	if secret, ok := object.(*core.Secret); ok {
		describeSecret(secret, images, reply)
	}
	return reply
}

// The object in its internal version, nil where it cannot be decoded; what strict decoding refuses goes into the reply.
func decode(raw []byte, kind schema.GroupVersionKind, reply answer) runtime.Object {
	info, _ := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeJSON)
	internal := schema.GroupVersion{Group: kind.Group, Version: runtime.APIVersionInternal}
	object, _, err := legacyscheme.Codecs.DecoderToVersion(info.StrictSerializer, internal).Decode(raw, nil, nil)
	if strict, ok := runtime.AsStrictDecodingError(err); ok {
		unknown := []string{}
		for _, one := range strict.Errors() {
			unknown = append(unknown, one.Error())
		}
		reply["strict"] = unknown
		if object != nil {
			return object
		}
		object, _, err = legacyscheme.Codecs.DecoderToVersion(info.Serializer, internal).Decode(raw, nil, nil)
	}
	if err != nil {
		reply["decode_error"] = err.Error()
		return nil
	}
	return object
}

func secretNames(references []core.LocalObjectReference) []string {
	names := make([]string, 0, len(references))
	for _, reference := range references {
		names = append(names, reference.Name)
	}
	return names
}

// Every field of a pod that names an image: list, name, image, and the policy after defaulting.
func containersOf(spec *core.PodSpec) [][4]string {
	found := [][4]string{}
	for _, one := range spec.Containers {
		found = append(found, [4]string{"container", one.Name, one.Image, string(one.ImagePullPolicy)})
	}
	for _, one := range spec.InitContainers {
		found = append(found, [4]string{"init", one.Name, one.Image, string(one.ImagePullPolicy)})
	}
	for _, one := range spec.EphemeralContainers {
		found = append(found, [4]string{"ephemeral", one.Name, one.Image, string(one.ImagePullPolicy)})
	}
	for _, one := range spec.Volumes {
		if one.Image != nil {
			found = append(found, [4]string{"volume", one.Name, one.Image.Reference, string(one.Image.PullPolicy)})
		}
	}
	return found
}

// What the kubelet makes of a Secret that the API server has stored. Of its entries only whether they have a user name
// and a password.
func describeSecret(secret *core.Secret, images []string, reply answer) {
	reply["type"] = string(secret.Type)
	reply["kubelet"] = lookUp([]secretData{{Name: secret.Name, Type: string(secret.Type), Data: secret.Data}}, images)
	auths := credentialprovider.DockerConfig{}
	switch secret.Type {
	case core.SecretTypeDockerConfigJSON:
		config := credentialprovider.DockerConfigJSON{}
		if json.Unmarshal(secret.Data[corev1.DockerConfigJsonKey], &config) == nil {
			auths = config.Auths
		}
	case core.SecretTypeDockercfg:
		_ = json.Unmarshal(secret.Data[corev1.DockerConfigKey], &auths)
	}
	entries := [][2]bool{}
	for _, entry := range auths {
		entries = append(entries, [2]bool{entry.Username != "", entry.Password != ""})
	}
	reply["entries"] = entries
}
