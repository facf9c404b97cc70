package io.engram.bucket;

/** What a bucket is asked to do. */
public enum Operation {
    UPLOAD,
    PUT,
    PUT_IF,
    STAT,
    GET,
    GET_RANGE,
    LIST,
    DELETE
}
