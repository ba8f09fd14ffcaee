import { withField } from "../base/with-field.ts";
import type { User } from "../api/request.ts";
import type { Component } from "../client/component.ts";
import { cast } from "../base/units.ts";
import { controllerManagerControllers } from "../controllers/index.ts";
import { kubeletComponent } from "../kubelet/kubelet.ts";
import { kubeProxyComponent } from "../network/proxy/component.ts";
import { schedulerComponent } from "../scheduler/component.ts";
import type { ClusterSpec } from "./cluster-spec.ts";
import { controllerManager } from "./controller-manager.ts";
import type { Program } from "./process.ts";

/** Programs are code and nothing else: clusters of one spec share them. */
const known = new WeakMap<ClusterSpec, readonly Program[]>();

/** The processes of a cluster in the order in which they start, and the user's own. */
export function programsOf(spec: ClusterSpec, extra: readonly Program[]): readonly Program[] {
  let own = known.get(spec);
  if (own === undefined) known.set(spec, (own = ownPrograms(spec)));
  return [...own, ...extra];
}

function ownPrograms(spec: ClusterSpec): readonly Program[] {
  const mutants = new Set(spec.mutants);
  const schedulers = spec.schedulers ?? [{ process: "kube-scheduler" }];
  const nodes = spec.nodes.flatMap((config) => [
    program(
      kubeletComponent(withField(config, "mutants", spec.mutants)),
      user(`system:node:${config.node}`, "system:nodes"),
      config.node,
    ),
    program(
      kubeProxyComponent(config.node, { nodeIP: config.internalIp, mutants }),
      user("system:serviceaccount:kube-system:kube-proxy"),
      config.node,
    ),
  ]);
  return [
    program(
      controllerManager(
        controllerManagerControllers({ mutants, volumes: spec.volumes === true, quotas: spec.quotas === true }),
      ),
      user("system:kube-controller-manager"),
    ),
    ...schedulers.map((options) =>
      program(
        schedulerComponent({ mutants, volumes: spec.volumes === true, ...options }),
        user("system:kube-scheduler"),
      ),
    ),
    ...nodes,
  ];
}

/** A program of the cluster's user. */
export function userProgram<S>(component: Component<S>): Program {
  return program(component, { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] });
}

function program<S>(component: Component<S>, who: User, node?: string): Program {
  return { component: cast<Component<unknown>>(component), user: who, ...(node !== undefined && { node }) };
}

function user(name: string, ...groups: readonly string[]): User {
  return { name, groups: [...groups, "system:authenticated"] };
}
