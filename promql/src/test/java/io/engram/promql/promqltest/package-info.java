/**
 * Runs the PromQL scripts of {@code resources/promqltest} (their README has the grammar). What a script says is apart
 * from what it is run against: {@code ScriptRunner} reads and checks, a {@code ScriptTarget} stores and answers. Here
 * that is the engine over a storage in memory; the integration tests have one that goes through a whole server. Start
 * with {@code PromqlScriptsTest}.
 */
package io.engram.promql.promqltest;
