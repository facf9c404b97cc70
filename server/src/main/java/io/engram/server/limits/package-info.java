/**
 * Loading of limits: the defaults of the configuration, and what the runtime file overrides for single tenants, read anew
 * when it changes. In: {@link io.engram.server.limits.RuntimeConfig} and the file. Out:
 * {@link io.engram.model.limits.TenantLimits}, asked by everybody at the moment of use. Read
 * {@link io.engram.server.limits.RuntimeLimits}.
 */
package io.engram.server.limits;
