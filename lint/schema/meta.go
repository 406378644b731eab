package schema

// objectMeta is metav1.ObjectMeta. Fields that only the server writes are
// known and not read; owners are, because a dump of a cluster holds the Pods
// of its Deployments.
var objectMeta = closed(fields{
	"name": text, "generateName": text, "namespace": text,
	"labels": strings, "annotations": strings,
	"ownerReferences": listOf(open(fields{"kind": text, "name": text, "controller": boolean})),
	"selfLink":        skip, "uid": skip, "resourceVersion": skip, "generation": skip,
	"creationTimestamp": skip, "deletionTimestamp": skip, "deletionGracePeriodSeconds": skip,
	"finalizers": skip, "managedFields": skip,
})

// labelSelector is metav1.LabelSelector.
var labelSelector = closed(fields{
	"matchLabels": strings,
	"matchExpressions": listOf(closed(fields{
		"key": text, "operator": text, "values": listOf(text),
	})),
})

// kind is the table of a whole object with the given spec and, where the
// type has them, other fields beside it.
func kind(spec *Type, more fields) *Type {
	return closed(fields{
		"apiVersion": text, "kind": text, "metadata": objectMeta,
		"spec": spec, "status": skip,
	}).with(more)
}

// loose is a kind whose fields are read as far as they are named and never
// unknown, except in its metadata.
func loose(f fields) *Type {
	return open(fields{"apiVersion": text, "kind": text, "metadata": objectMeta}).with(f)
}
