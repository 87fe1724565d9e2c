package main

import (
	"context"
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/plugin/pkg/admission/serviceaccount"
)

// The client that admission asks for an account that its cache lacks: it has no account either.
type noClient struct{ kubernetes.Interface }

type noCore struct{ corev1client.CoreV1Interface }

type noAccounts struct {
	corev1client.ServiceAccountInterface
}

func (noClient) CoreV1() corev1client.CoreV1Interface { return noCore{} }

func (noCore) ServiceAccounts(string) corev1client.ServiceAccountInterface { return noAccounts{} }

func (noAccounts) Get(_ context.Context, name string, _ metav1.GetOptions) (*corev1.ServiceAccount, error) {
	return nil, apierrors.NewNotFound(corev1.Resource("serviceaccounts"), name)
}

// What the admission of service accounts makes of the account and the pull secrets of a pod.
func admit(rawPod []byte, accounts []json.RawMessage) answer {
	info, _ := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeJSON)
	decoder := legacyscheme.Codecs.DecoderToVersion(info.Serializer, core.SchemeGroupVersion)
	object, _, err := decoder.Decode(rawPod, nil, nil)
	if err != nil {
		return answer{"decode_error": err.Error()}
	}
	plugin, err := newPlugin(accounts)
	if err != nil {
		return answer{"account_error": err.Error()}
	}
	pod := object.(*core.Pod)
	attributes := admission.NewAttributesRecord(
		pod, nil, core.Kind("Pod").WithVersion("version"), pod.Namespace, pod.Name,
		core.Resource("pods").WithVersion("version"), "", admission.Create, &metav1.CreateOptions{}, false, nil,
	)
	if err := plugin.Admit(context.Background(), attributes, nil); err != nil {
		return answer{"refused": err.Error()}
	}
	return answer{"account": pod.Spec.ServiceAccountName, "pull_secrets": secretNames(pod.Spec.ImagePullSecrets)}
}

func newPlugin(accounts []json.RawMessage) (*serviceaccount.Plugin, error) {
	client := noClient{}
	factory := informers.NewSharedInformerFactory(client, 0)
	plugin := serviceaccount.NewServiceAccount()
	plugin.SetExternalKubeClientSet(client)
	plugin.SetExternalKubeInformerFactory(factory)
	store := factory.Core().V1().ServiceAccounts().Informer().GetStore()
	info, _ := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeJSON)
	decoder := legacyscheme.Codecs.DecoderToVersion(info.Serializer, corev1.SchemeGroupVersion)
	for _, raw := range accounts {
		account, _, err := decoder.Decode(raw, nil, nil)
		if err != nil {
			return nil, err
		}
		if err := store.Add(account); err != nil {
			return nil, err
		}
	}
	return plugin, nil
}
