package io.engram.bucket;

/** An object, read whole. The reader owns {@code bytes}. */
public record StoredObject(ObjectInfo info, byte[] bytes) {}
