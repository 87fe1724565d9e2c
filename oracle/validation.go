package main

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/apps"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/batch"
	batchvalidation "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
)

// The errors and warnings of the API server for an object, and what its pods pull.
func validate(object runtime.Object, reply answer) {
	var errors field.ErrorList
	switch one := object.(type) {
	case *core.Pod:
		options := podutil.GetValidationOptionsFromPodSpecAndMeta(&one.Spec, nil, &one.ObjectMeta, nil)
		options.ResourceIsPod = true // as in pkg/registry/core/pod/strategy.go
		errors = corevalidation.ValidatePodCreate(one, options)
		reply["warnings"] = podutil.GetWarningsForPod(context.Background(), one, nil)
		describePod(&one.Spec, reply)
	case *core.ServiceAccount:
		errors = corevalidation.ValidateServiceAccount(one)
		reply["pull_secrets"] = secretNames(one.ImagePullSecrets)
	case *core.Secret:
		errors = corevalidation.ValidateSecret(one)
	default:
		template, path := templateOf(object)
		if template == nil {
			break
		}
		errors = validateWorkload(object, podutil.GetValidationOptionsFromPodTemplate(template, nil))
		reply["warnings"] = podutil.GetWarningsForPodTemplate(context.Background(), path, template, nil)
		describePod(&template.Spec, reply)
	}
	texts := make([][3]string, 0, len(errors))
	for _, one := range errors {
		texts = append(texts, [3]string{one.Field, string(one.Type), one.ErrorBody()})
	}
	reply["errors"] = texts
}

func describePod(spec *core.PodSpec, reply answer) {
	reply["containers"] = containersOf(spec)
	reply["pull_secrets"] = secretNames(spec.ImagePullSecrets)
	reply["account"] = spec.ServiceAccountName
}

// The pod template of a workload and its path; nil for other kinds.
func templateOf(object runtime.Object) (*core.PodTemplateSpec, *field.Path) {
	path := field.NewPath("spec", "template")
	switch one := object.(type) {
	case *core.PodTemplate:
		return &one.Template, field.NewPath("template")
	case *core.ReplicationController:
		return one.Spec.Template, path
	case *apps.Deployment:
		return &one.Spec.Template, path
	case *apps.ReplicaSet:
		return &one.Spec.Template, path
	case *apps.StatefulSet:
		return &one.Spec.Template, path
	case *apps.DaemonSet:
		return &one.Spec.Template, path
	case *batch.Job:
		return &one.Spec.Template, path
	case *batch.CronJob:
		return &one.Spec.JobTemplate.Spec.Template, field.NewPath("spec", "jobTemplate", "spec", "template")
	}
	return nil, nil
}

func validateWorkload(object runtime.Object, options corevalidation.PodValidationOptions) field.ErrorList {
	switch one := object.(type) {
	case *core.PodTemplate:
		return corevalidation.ValidatePodTemplate(one, options)
	case *core.ReplicationController:
		return corevalidation.ValidateReplicationController(one, options)
	case *apps.Deployment:
		return appsvalidation.ValidateDeployment(one, options)
	case *apps.ReplicaSet:
		return appsvalidation.ValidateReplicaSet(one, options)
	case *apps.StatefulSet:
		return appsvalidation.ValidateStatefulSet(one, options)
	case *apps.DaemonSet:
		return appsvalidation.ValidateDaemonSet(one, options)
	case *batch.Job:
		return batchvalidation.ValidateJob(one, batchvalidation.JobValidationOptions{PodValidationOptions: options})
	case *batch.CronJob:
		return batchvalidation.ValidateCronJobCreate(one, options)
	}
	return nil
}
