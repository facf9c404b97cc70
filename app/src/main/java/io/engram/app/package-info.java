/**
 * The program: {@link io.engram.app.Main} reads the configuration, {@link io.engram.app.Engram} wires the components by
 * hand, starts them in order and stops them in reverse. Read those two in that order.
 */
package io.engram.app;
