/**
 * Starting, stopping, and saying how things are. In: {@link io.engram.server.lifecycle.Component}s in the order of their
 * dependence. Out: their states, the pages for operators, and an orderly end on SIGTERM. Read {@link
 * io.engram.server.lifecycle.Lifecycle} first, then {@link io.engram.server.lifecycle.ServerProcess}.
 *
 * <pre>
 * NEW → STARTING → RUNNING → STOPPING → TERMINATED
 *          └──────────┴─────────┴─────→ FAILED
 * </pre>
 */
package io.engram.server.lifecycle;
