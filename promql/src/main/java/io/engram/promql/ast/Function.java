package io.engram.promql.ast;

import java.util.List;

/**
 * The signature of a function of the language.
 *
 * @param arguments types of the arguments
 * @param variadic 0: exactly these; n above 0: the last of them may be left out, or stand up to n times; below 0: it may
 *     be left out, or stand any number of times
 * @param experimental refused unless {@code promql-experimental-functions} is on
 */
public record Function(String name, List<ValueType> arguments, int variadic, ValueType returns, boolean experimental) {
    public Function {
        arguments = List.copyOf(arguments);
    }
}
