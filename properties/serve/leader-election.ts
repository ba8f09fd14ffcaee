import { ApiException, CoordinationV1Api, V1MicroTime } from "@kubernetes/client-node";
import type { KubeConfig, V1Lease, V1LeaseSpec } from "@kubernetes/client-node";

/** Times of client-go's leader election: `LeaderElectionConfig`. */
export interface ElectionTimes {
  readonly leaseMs: number;
  readonly retryMs: number;
}

/** One who would be the leader, by the protocol of client-go's `leaderelection.LeaderElector` over a Lease. */
export class Candidate {
  readonly identity: string;
  /** Whether it holds the lease as far as it knows: a leader that cannot renew stops before others may begin. */
  isLeader = false;
  readonly #leases: CoordinationV1Api;
  readonly #name: string;
  readonly #times: ElectionTimes;
  /** The lease as it was last seen to change, and when that was by the own clock. */
  #observed: { readonly lease: V1Lease; readonly at: number } | undefined;
  #renewedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(config: KubeConfig, name: string, identity: string, times: ElectionTimes) {
    this.#leases = config.makeApiClient(CoordinationV1Api);
    this.#name = name;
    this.identity = identity;
    this.#times = times;
    void this.#loop();
  }

  /** Ends without a word, as a process that crashed. */
  crash(): void {
    this.#stopped = true;
    this.isLeader = false;
    clearTimeout(this.#timer);
  }

  /** Ends and gives the lease back: `ReleaseOnCancel`. */
  async release(): Promise<void> {
    const held = this.#observed?.lease;
    this.crash();
    if (held?.spec?.holderIdentity !== this.identity) return;
    const { acquireTime = new V1MicroTime(), leaseTransitions = 0 } = held.spec;
    const spec = { acquireTime, renewTime: new V1MicroTime(), leaseTransitions };
    await this.#replace(held, { ...spec, holderIdentity: "", leaseDurationSeconds: 1 });
  }

  async #loop(): Promise<void> {
    const held = await this.#acquireOrRenew().catch(() => false);
    const now = performance.now();
    if (this.#stopped) return;
    if (held) this.#renewedAt = now;
    this.isLeader = held || (this.isLeader && now - this.#renewedAt < (this.#times.leaseMs * 2) / 3);
    this.#timer = setTimeout(() => void this.#loop(), this.#times.retryMs);
  }

  async #acquireOrRenew(): Promise<boolean> {
    const now = new V1MicroTime();
    const own = { holderIdentity: this.identity, leaseDurationSeconds: Math.ceil(this.#times.leaseMs / 1000) };
    const found = await this.#read();
    if (found === undefined) {
      const spec = { ...own, acquireTime: now, renewTime: now, leaseTransitions: 0 };
      const body = { metadata: { name: this.#name, namespace: "default" }, spec };
      this.#observe(await this.#leases.createNamespacedLease({ namespace: "default", body }));
      return true;
    }
    const { resourceVersion } = found.metadata ?? {};
    if (resourceVersion !== this.#observed?.lease.metadata?.resourceVersion) this.#observe(found);
    const { holderIdentity = "", leaseTransitions = 0, acquireTime } = found.spec ?? {};
    const isMine = holderIdentity === this.identity;
    const isValid = performance.now() - (this.#observed?.at ?? 0) < this.#times.leaseMs;
    if (holderIdentity !== "" && isValid && !isMine) return false;
    const spec = isMine
      ? { ...own, acquireTime: acquireTime ?? now, renewTime: now, leaseTransitions }
      : { ...own, acquireTime: now, renewTime: now, leaseTransitions: leaseTransitions + 1 };
    this.#observe(await this.#replace(found, spec));
    return true;
  }

  #observe(lease: V1Lease): void {
    this.#observed = { lease, at: performance.now() };
  }

  async #read(): Promise<V1Lease | undefined> {
    try {
      return await this.#leases.readNamespacedLease({ namespace: "default", name: this.#name });
    } catch (error) {
      if (error instanceof ApiException && error.code === 404) return undefined;
      throw error;
    }
  }

  #replace({ metadata }: V1Lease, spec: V1LeaseSpec): Promise<V1Lease> {
    const body = { ...(metadata !== undefined && { metadata }), spec };
    return this.#leases.replaceNamespacedLease({ namespace: "default", name: this.#name, body });
  }
}
