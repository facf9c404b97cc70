/**
 * From flags, file and environment to records. In: the command line, a YAML file, variables, and the classes of records
 * whose components carry {@link io.engram.model.config.Setting}. Out: a {@link io.engram.server.config.Config} that
 * hands out the records, or a list of everything that is wrong. Read {@link io.engram.server.config.ConfigLoader} first.
 *
 * <p>A flag wins over the environment, that over the file, that over the default.
 */
package io.engram.server.config;
