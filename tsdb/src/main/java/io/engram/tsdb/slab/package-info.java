/**
 * Memory that belongs to the process and is lent to tenants in small slots: a page holds the data of many tenants, so
 * that a tenant with a hundred series costs what its series need and not a page. Nothing in a page is an object, so the
 * collector has nothing to mark. Start with {@link io.engram.tsdb.slab.ByteSlab}.
 */
package io.engram.tsdb.slab;
