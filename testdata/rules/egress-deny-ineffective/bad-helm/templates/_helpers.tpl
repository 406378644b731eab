{{- define "shop.closed" -}}
podSelector: {}
egress: [] # want "error: helper has an empty egress list"
{{- end -}}
