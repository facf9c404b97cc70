/**
 * Whose request it is. In: the headers of a request. Out: a {@link io.engram.model.TenantId}, or a refusal. Read
 * {@link io.engram.server.tenant.TenantResolver}.
 */
package io.engram.server.tenant;
