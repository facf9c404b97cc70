package io.engram.model.config;

import io.engram.model.failure.ErrorId;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One key of the configuration, on a component of a config record: its default and its meaning, written here and
 * nowhere else. The key is the record's {@link Section} and the component's name in kebab case ({@code httpPort} in
 * section {@code server} is {@code server.http-port}). Checks stand in the record's compact constructor.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /** The default, as a user would write it: {@code 9009}, {@code 2h}, {@code 32MiB}, {@code a,b}. */
    String value();

    /** What it does, in a sentence; unit and special values included. */
    String doc();

    /** The key where it is not the component's name: {@code s3.access-key-id}. */
    String key() default "";

    /** What a request is refused with that goes beyond it. */
    ErrorId[] errors() default {};

    /** Never shown in {@code /config} or logs. */
    boolean secret() default false;
}
