package io.engram.bucket;

/** When a conditional put writes. */
public sealed interface Condition {
    /** Nothing is there. */
    record Absent() implements Condition {}

    /** @param version as a read, a listing or a put told it, and nobody has written since */
    record Matches(String version) implements Condition {}

    Condition ABSENT = new Absent();

    static Condition matches(String version) {
        return new Matches(version);
    }
}
