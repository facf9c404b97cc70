/**
 * Regular expressions of tenants. In: a pattern as PromQL has it. Out: whether a label value matches, and what an index
 * can use to avoid asking: all matching values where they are few, or what they begin with. Start with
 * {@link io.engram.model.regex.Regex}.
 */
package io.engram.model.regex;
