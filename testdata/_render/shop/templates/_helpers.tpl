{{- define "shop.labels" -}}
app: {{ .Release.Name }}
part: {{ .Chart.Name }}
{{- end }}

{{- define "shop.image" -}}
{{- $tag := .tag | default "none" -}}
{{- if .registry -}}
{{- printf "%s/%s:%s" .registry .name $tag -}}
{{- else -}}
{{- printf "%s:%s" .name $tag -}}
{{- end -}}
{{- end }}

{{/* A container that writes what it sees. */}}
{{- define "shop.logs" -}}
- name: tail
  image: example.com/tail
  args: [--format, {{ .Values.format | default "text" }}]
{{- end }}
