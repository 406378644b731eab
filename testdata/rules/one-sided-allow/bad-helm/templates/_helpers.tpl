{{- define "shop.labels" -}}
app: {{ . }}
{{- end -}}
