package apiserver

import (
	"regexp"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/kubernetes/pkg/apis/networking"
	v1 "k8s.io/kubernetes/pkg/apis/networking/v1"
	"k8s.io/kubernetes/pkg/apis/networking/validation"
)

// verdict is what the API server says about the text of a policy.
type verdict struct {
	// undecoded is why the text cannot be decoded at all, and the field at
	// fault without indices where the server names it.
	undecoded error
	field     string
	// unknown holds the fields that strict decoding does not know; repeated says
	// that a key stands there twice.
	unknown  []string
	repeated bool
	// invalid holds the fields that validation refuses, sorted.
	invalid []string
}

func (v verdict) accepted() bool {
	return v.undecoded == nil && len(v.unknown) == 0 && !v.repeated && len(v.invalid) == 0
}

var decoder = json.NewSerializerWithOptions(json.DefaultMetaFactory, runtime.NewScheme(), runtime.NewScheme(),
	json.SerializerOptions{Yaml: true, Strict: true})

var (
	fieldAtFault = regexp.MustCompile(`Go struct field \w+\.(\S+) of type`)
	unknownField = regexp.MustCompile(`unknown field "(.*)"$`)
)

// judge decodes a policy as kubectl asks the server to, and validates it as
// the server does before it creates one.
func judge(text string) verdict {
	policy := &networkingv1.NetworkPolicy{}
	_, _, err := decoder.Decode([]byte(text), nil, policy)
	var v verdict
	if strict, ok := runtime.AsStrictDecodingError(err); ok {
		for _, e := range strict.Errors() {
			if field := unknownField.FindStringSubmatch(e.Error()); field != nil {
				v.unknown = append(v.unknown, field[1])
			} else {
				v.repeated = true
			}
		}
	} else if err != nil {
		v.undecoded = err
		if field := fieldAtFault.FindStringSubmatch(err.Error()); field != nil {
			v.field = field[1]
		}
		return v
	}
	// What the request and the name generator fill in.
	if policy.Namespace == "" {
		policy.Namespace = "default"
	}
	generated := policy.Name == "" && policy.GenerateName != ""
	if generated {
		policy.Name = policy.GenerateName + "x7k2p"
	}
	v1.SetObjectDefaults_NetworkPolicy(policy)
	internal := &networking.NetworkPolicy{}
	if err := v1.Convert_v1_NetworkPolicy_To_networking_NetworkPolicy(policy, internal, nil); err != nil {
		panic(err) // no policy that decodes fails to convert
	}
	for _, e := range validation.ValidateNetworkPolicy(internal, validation.ValidationOptionsForNetworking(internal, nil)) {
		if e.Field == "metadata.name" && generated {
			e.Field = "metadata.generateName"
		}
		v.invalid = append(v.invalid, e.Field)
	}
	slices.Sort(v.invalid)
	v.invalid = slices.Compact(v.invalid)
	return v
}
