package io.engram.bucket;

/**
 * What is known of an object without reading it.
 *
 * @param lastModifiedMs since the Unix epoch, by the store's clock; some stores know full seconds only
 * @param version another one as soon as the content is another; for {@link Condition#matches}, means nothing else
 */
public record ObjectInfo(String key, long sizeBytes, long lastModifiedMs, String version) {}
