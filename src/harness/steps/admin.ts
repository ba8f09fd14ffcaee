import type { User } from "../../api/request.ts";

/** The cluster administrator, as kubeadm names him. */
export const ADMIN: User = {
  name: "kubernetes-admin",
  groups: ["kubeadm:cluster-admins", "system:masters", "system:authenticated"],
};
