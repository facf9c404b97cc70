/**
 * What every component stands on. {@link io.engram.server.http} is the door: requests come in there and reach the
 * {@link io.engram.server.http.Endpoint}s that components registered; {@link io.engram.server.tenant} says for whom;
 * {@link io.engram.server.config} turns flags, file and environment into records such as {@link
 * io.engram.server.ServerConfig}; {@link io.engram.server.metrics} counts; {@link io.engram.server.logging} writes log
 * lines; {@link io.engram.server.lifecycle} starts components, says how they are, and stops them in the right order.
 */
package io.engram.server;
