package io.engram.it;

/** Something that answers over HTTP. */
@FunctionalInterface
interface Server {
    /** Of a path on it. */
    String url(String path);
}
