{{- define "parts.labels" -}}
part: the library
{{- end -}}
