/**
 * Keeps a tenant's part of the bucket in order: the bucket index, retention, blocks whose time has come, what uploads left
 * half done, tenants that go. In goes a tenant's bucket, out comes what is in it. Begin with
 * {@link io.engram.compactor.tenant.TenantUpkeep}.
 */
package io.engram.compactor.tenant;
