package io.engram.ring;

/** An instance as the store has it, and the version of its key. */
record Registered(Instance instance, long version) {}
