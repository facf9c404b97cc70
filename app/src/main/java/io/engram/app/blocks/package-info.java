/**
 * {@code engram blocks}: lists, shows and verifies blocks in a bucket or in a folder, without a server. In goes a command
 * line, out come lines for people and an exit code. Begin with {@link io.engram.app.blocks.BlocksCommand}.
 */
package io.engram.app.blocks;
