package io.engram.distributor.ha;

import io.engram.model.TenantId;

/** A cluster as the page shows it. */
record ClusterStatus(TenantId tenant, String cluster, ClusterState state, long heldBytes) {}
