const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const LABEL_FORM =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_FORM =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** Complaints about a DNS subdomain (RFC 1123), at most 253 bytes. */
export function subdomainProblems(name: string): readonly string[] {
  if (name.length <= 253 && SUBDOMAIN.test(name)) return [];
  return [
    ...(name.length > 253 ? ["must be no more than 253 characters"] : []),
    ...(SUBDOMAIN.test(name) ? [] : [SUBDOMAIN_FORM]),
  ];
}

/** Complaints about a DNS label (RFC 1123), at most 63 characters. */
export function labelProblems(name: string): readonly string[] {
  if (name.length <= 63 && LABEL.test(name)) return [];
  return [
    ...(name.length > 63 ? ["must be no more than 63 characters"] : []),
    ...(LABEL.test(name) ? [] : [SUBDOMAIN.test(name) ? "must not contain dots" : LABEL_FORM]),
  ];
}

/** Complaints about a name that is only used as a part of a path (RBAC). */
export function pathSegmentProblems(name: string): readonly string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}

/** Any name will do. */
export function anyName(): readonly string[] {
  return [];
}
