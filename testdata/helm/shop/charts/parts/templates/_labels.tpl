{{/* Labels of everything. */}}
{{- define "parts.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.extraLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "parts.denyAll" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ printf "%s-deny" .Release.Name | trunc 63 | trimSuffix "-" }}
spec:
  podSelector: {}
  policyTypes:
    - Ingress
    - Egress
{{- end -}}

{{- define "parts.unused" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: unused
spec: {podSelector: {}}
{{- end -}}
