package schema

import (
	"fmt"
	"reflect"
	str "strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	extensionsv1beta1 "k8s.io/api/extensions/v1beta1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// goTypes holds the types that the tables stand for, by group and kind.
var goTypes = map[string]reflect.Type{
	"/Namespace":             reflect.TypeFor[corev1.Namespace](),
	"/Pod":                   reflect.TypeFor[corev1.Pod](),
	"/ReplicationController": reflect.TypeFor[corev1.ReplicationController](),
	"/Service":               reflect.TypeFor[corev1.Service](),
	//lint:ignore SA1019 clusters still hold Endpoints
	"/Endpoints":                     reflect.TypeFor[corev1.Endpoints](),
	"apps/Deployment":                reflect.TypeFor[appsv1.Deployment](),
	"apps/StatefulSet":               reflect.TypeFor[appsv1.StatefulSet](),
	"apps/DaemonSet":                 reflect.TypeFor[appsv1.DaemonSet](),
	"apps/ReplicaSet":                reflect.TypeFor[appsv1.ReplicaSet](),
	"extensions/Deployment":          reflect.TypeFor[extensionsv1beta1.Deployment](),
	"extensions/DaemonSet":           reflect.TypeFor[extensionsv1beta1.DaemonSet](),
	"extensions/ReplicaSet":          reflect.TypeFor[extensionsv1beta1.ReplicaSet](),
	"extensions/Ingress":             reflect.TypeFor[extensionsv1beta1.Ingress](),
	"extensions/NetworkPolicy":       reflect.TypeFor[extensionsv1beta1.NetworkPolicy](),
	"batch/Job":                      reflect.TypeFor[batchv1.Job](),
	"batch/CronJob":                  reflect.TypeFor[batchv1.CronJob](),
	"discovery.k8s.io/EndpointSlice": reflect.TypeFor[discoveryv1.EndpointSlice](),
	"networking.k8s.io/Ingress":      reflect.TypeFor[networkingv1.Ingress](),

	"/NetworkPolicy":           reflect.TypeFor[networkingv1.NetworkPolicy](),
	"apps/NetworkPolicy":       reflect.TypeFor[networkingv1.NetworkPolicy](),
	"networking/NetworkPolicy": reflect.TypeFor[networkingv1.NetworkPolicy](),
	"policy/NetworkPolicy":     reflect.TypeFor[networkingv1.NetworkPolicy](),

	"networking.k8s.io/NetworkPolicy":                             reflect.TypeFor[networkingv1.NetworkPolicy](),
	"admissionregistration.k8s.io/ValidatingWebhookConfiguration": reflect.TypeFor[admissionv1.ValidatingWebhookConfiguration](),
	"admissionregistration.k8s.io/MutatingWebhookConfiguration":   reflect.TypeFor[admissionv1.MutatingWebhookConfiguration](),

	"policy.networking.k8s.io/AdminNetworkPolicy":         reflect.TypeFor[crd[adminTypesSpec]](),
	"policy.networking.k8s.io/BaselineAdminNetworkPolicy": reflect.TypeFor[crd[baselineTypesSpec]](),
	"policy.networking.k8s.io/ClusterNetworkPolicy":       reflect.TypeFor[crd[clusterSpec]](),
}

// TestTablesMatchTypes compares every table with the Go types of the API: a
// closed table has exactly the fields of each type, any table only fields that
// one of its types has, of the same shape.
func TestTablesMatchTypes(t *testing.T) {
	shared := map[*Type][]reflect.Type{}
	for name, groups := range kinds {
		for group, table := range groups {
			goType := goTypes[group+"/"+name]
			if goType == nil {
				if !table.open {
					t.Errorf("%s of group %q is closed, and compared with no type", name, group)
				}
				continue
			}
			shared[table] = append(shared[table], goType)
		}
	}
	if len(shared) == 0 {
		t.Fatal("no table is compared")
	}
	for table, types := range shared {
		compareType(t, types[0].Name(), table, types)
	}
	meta := goFields(goTypes["/Namespace"])["metadata"]
	compareType(t, "ObjectMeta", objectMeta, []reflect.Type{meta})
}

func compareType(t *testing.T, at string, table *Type, types []reflect.Type) {
	t.Helper()
	if table.shape == skipped || table.shape == anything {
		return
	}
	for _, goType := range types {
		if want := shapeOf(goType); want != table.shape {
			t.Errorf("%s: the table says %d, %s is %d", at, table.shape, goType, want)
			return
		}
	}
	switch table.shape {
	case list:
		items := make([]reflect.Type, len(types))
		for i, goType := range types {
			items[i] = pointed(goType).Elem()
		}
		compareType(t, at+"[]", table.item, items)
	case object:
		compareFields(t, at, table, types)
	}
}

func compareFields(t *testing.T, at string, table *Type, types []reflect.Type) {
	t.Helper()
	below := map[string][]reflect.Type{}
	for _, goType := range types {
		has := goFields(goType)
		for name, field := range has {
			below[name] = append(below[name], field)
			if table.fields[name] == nil && !table.open {
				t.Errorf("%s: %s has %s, the closed table does not", at, goType, name)
			}
		}
		for name := range table.fields {
			if _, found := has[name]; !found && !table.open {
				t.Errorf("%s: the closed table has %s, %s does not", at, name, goType)
			}
		}
	}
	for name, field := range table.fields {
		if len(below[name]) == 0 {
			t.Errorf("%s: no type has %s", at, name)
			continue
		}
		compareType(t, at+"."+name, field, below[name])
	}
}

// goFields returns the fields of a struct by their names in JSON, embedded
// structs included.
func goFields(goType reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	goType = pointed(goType)
	for i := range goType.NumField() {
		field := goType.Field(i)
		name, options, _ := str.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case name == "" && (str.Contains(options, "inline") || field.Anonymous):
			for inner, innerType := range goFields(field.Type) {
				fields[inner] = innerType
			}
		default:
			fields[name] = field.Type
		}
	}
	return fields
}

func pointed(goType reflect.Type) reflect.Type {
	for goType.Kind() == reflect.Pointer {
		goType = goType.Elem()
	}
	return goType
}

func shapeOf(goType reflect.Type) shape {
	goType = pointed(goType)
	if goType == reflect.TypeFor[intstr.IntOrString]() {
		return intOrString
	}
	switch goType.Kind() {
	case reflect.String:
		return scalarString
	case reflect.Int32, reflect.Int64:
		return scalarInt
	case reflect.Bool:
		return scalarBool
	case reflect.Slice:
		return list
	case reflect.Struct:
		return object
	case reflect.Map:
		if goType.Elem().Kind() == reflect.String {
			return stringMap
		}
	}
	panic(fmt.Sprintf("%s has no shape", goType))
}
