{{- define "shop.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "shop.labels" -}}
{{ include "parts.labels" . }}
shop/fullname: {{ include "shop.fullname" . | quote }}
{{- end -}}

{{- define "shop.selector" }}
matchLabels:
  app: web
  {{- if eq (include "shop.fullname" .) "release-name-shop" }}
  shop: {{ include "shop.fullname" . }}
  {{- end }}
{{- end }}
