import type { File } from "../files.ts";
import type { Inside, Outcome } from "./shell.ts";

const NEW_TEXT = "mount-tester new file\n";

/** The parts of Kubernetes' test image that print what they were given; its servers print nothing here. */
export function agnhost(args: readonly string[], inside: Inside): Outcome {
  switch (args[0]) {
    case "mounttest":
      return mounttest(args.slice(1), inside);
    case "entrypoint-tester":
      return { out: `[${[inside.container.command?.[0] ?? "/agnhost", ...args].join(" ")}]\n`, err: "", code: 0 };
    case "etc-hosts":
      return { out: `${inside.files.get("/etc/hosts")?.text ?? ""}\n`, err: "", code: 0 };
    case "dns-suffix":
      return { out: `${resolverWords(inside, "search").join(",")}\n`, err: "", code: 0 };
    case "dns-server-list":
      return { out: `${resolverWords(inside, "nameserver").join(",")}\n`, err: "", code: 0 };
    case undefined:
    case "pause":
      return { out: "Paused\n", err: "", code: 0 };
    default:
      return { out: "", err: "", code: 0 };
  }
}

/** What the resolver's lines of one kind say. */
function resolverWords({ files }: Inside, kind: string): readonly string[] {
  const lines = (files.get("/etc/resolv.conf")?.text ?? "").split("\n");
  return lines.filter((line) => line.startsWith(`${kind} `)).flatMap((line) => line.split(" ").slice(1));
}

/** Prints file systems, contents, modes and owners, in the order in which the real one does. */
function mounttest(args: readonly string[], { files, pod, container }: Inside): Outcome {
  const flags = new Map(
    args.map((arg) => {
      const [name = "", ...value] = arg.replace(/^--/, "").split("=");
      return [name, value.join("=")];
    }),
  );
  const made = new Map<string, File>();
  const find = (path: string): File | undefined => made.get(path) ?? files.get(path) ?? files.get(`${path}/`);
  const lines: string[] = [];
  let code = 0;
  const about = (flag: string, line: (file: File, path: string) => string): void => {
    const path = flags.get(flag);
    if (path === undefined || path === "") return;
    const file = find(path);
    if (file === undefined) {
      code = 1;
      lines.push(`error reading file content for "${path}": open ${path}: no such file or directory`);
    } else lines.push(line(file, path));
  };
  const content = ({ text }: File, path: string): string => `content of file "${path}": ${text}`;
  about("fs_type", ({ fileSystem }, path) => `mount type of "${path}": ${fileSystem}`);
  for (const mode of ["0644", "0666", "0660", "0777"]) {
    const path = flags.get(`new_file_${mode}`);
    if (path === undefined) continue;
    const { fileSystem = "ext4" } = find(path.slice(0, path.lastIndexOf("/"))) ?? {};
    made.set(path, { text: NEW_TEXT, mode: Number.parseInt(mode, 8), fileSystem });
    about(`new_file_${mode}`, content);
  }
  const isDirectory = (path: string): boolean => !made.has(path) && !files.has(path);
  about(
    "file_mode",
    ({ mode }, path) => `mode of file "${path}": ${isDirectory(path) ? "d" : "-"}${permissions(mode)}`,
  );
  about("file_perm", ({ mode }, path) => `perms of file "${path}": -${permissions(mode)}`);
  const user = container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? 0;
  about("file_owner", (_, path) => `owner UID of "${path}": ${user}\nowner GID of "${path}": 0`);
  about("file_content", content);
  const looped = flags.get("file_content_in_loop") ?? "";
  if (looped !== "") {
    const file = find(looped);
    if (file !== undefined) lines.push(content(file, looped));
    else lines.push(`Error reading file ${looped}: open ${looped}: no such file or directory, retrying`);
  }
  return { out: `${lines.join("\n")}\n`, err: "", code };
}

/** rwxr-xr-x */
function permissions(mode: number): string {
  return [6, 3, 0]
    .map((shift) => {
      const bits = (mode >> shift) & 7;
      return `${(bits & 4) === 0 ? "-" : "r"}${(bits & 2) === 0 ? "-" : "w"}${(bits & 1) === 0 ? "-" : "x"}`;
    })
    .join("");
}
