package schema

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The types of policy.networking.k8s.io as its CustomResourceDefinitions
// declare them, both channels together; those of v1alpha1 with the fields of
// the releases up to v0.1.1.

type crd[Spec any] struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metav1.ObjectMeta `json:"metadata"`
	Spec            Spec              `json:"spec"`
	Status          struct{}          `json:"status"`
}

type clusterSpec struct {
	Tier     string       `json:"tier"`
	Priority int32        `json:"priority"`
	Subject  typesSubject `json:"subject"`
	Ingress  []struct {
		typesRule `json:",inline"`
		From      []typesSubject  `json:"from"`
		Protocols []typesProtocol `json:"protocols"`
	} `json:"ingress"`
	Egress []struct {
		typesRule `json:",inline"`
		To        []struct {
			typesSubject `json:",inline"`
			typesOutward `json:",inline"`
		} `json:"to"`
		Protocols []typesProtocol `json:"protocols"`
	} `json:"egress"`
}

type adminTypesSpec struct {
	Priority          int32 `json:"priority"`
	baselineTypesSpec `json:",inline"`
}

type baselineTypesSpec struct {
	Subject typesSubject `json:"subject"`
	Ingress []struct {
		typesRule `json:",inline"`
		From      []typesOlderPods `json:"from"`
		Ports     []typesPort      `json:"ports"`
	} `json:"ingress"`
	Egress []struct {
		typesRule `json:",inline"`
		To        []struct {
			typesOlderPods `json:",inline"`
			typesOutward   `json:",inline"`
		} `json:"to"`
		Ports []typesPort `json:"ports"`
	} `json:"egress"`
}

type typesRule struct {
	Name   string `json:"name"`
	Action string `json:"action"`
}

type typesPods struct {
	NamespaceSelector metav1.LabelSelector `json:"namespaceSelector"`
	PodSelector       metav1.LabelSelector `json:"podSelector"`
}

type typesSubject struct {
	Namespaces metav1.LabelSelector `json:"namespaces"`
	Pods       typesPods            `json:"pods"`
}

type typesOutward struct {
	Nodes       metav1.LabelSelector `json:"nodes"`
	Networks    []string             `json:"networks"`
	DomainNames []string             `json:"domainNames"`
}

type typesOlderNamespaces struct {
	metav1.LabelSelector `json:",inline"`
	NamespaceSelector    metav1.LabelSelector `json:"namespaceSelector"`
	SameLabels           []string             `json:"sameLabels"`
	NotSameLabels        []string             `json:"notSameLabels"`
}

type typesOlderPods struct {
	Namespaces typesOlderNamespaces `json:"namespaces"`
	Pods       struct {
		typesPods  `json:",inline"`
		Namespaces typesOlderNamespaces `json:"namespaces"`
	} `json:"pods"`
}

type typesPort struct {
	PortNumber struct {
		Protocol string `json:"protocol"`
		Port     int32  `json:"port"`
	} `json:"portNumber"`
	PortRange struct {
		Protocol string `json:"protocol"`
		Start    int32  `json:"start"`
		End      int32  `json:"end"`
	} `json:"portRange"`
	NamedPort string `json:"namedPort"`
}

type typesProtocol struct {
	TCP                  typesDestination `json:"tcp"`
	UDP                  typesDestination `json:"udp"`
	SCTP                 typesDestination `json:"sctp"`
	DestinationNamedPort string           `json:"destinationNamedPort"`
}

type typesDestination struct {
	DestinationPort struct {
		Number int32 `json:"number"`
		Range  struct {
			Start int32 `json:"start"`
			End   int32 `json:"end"`
		} `json:"range"`
	} `json:"destinationPort"`
}
