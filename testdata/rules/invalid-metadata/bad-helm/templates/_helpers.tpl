{{- define "shop.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
stage: the first # want "labels.stage of helper is"
{{- end -}}
{{- define "shop.api" -}}
networking.k8s.io/v1
{{- end -}}
