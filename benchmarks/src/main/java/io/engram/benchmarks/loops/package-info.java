/**
 * JMH benchmarks of inner loops. Run them with {@code benchmarks/loops/run [pattern]}; figures that the documentation
 * quotes stand in docs/benchmarks.md with date and command.
 */
package io.engram.benchmarks.loops;
