/**
 * The ingesters as the distributor knows them: which of them fail, and are spared for a while ({@code CircuitBreaker}).
 * Read {@link io.engram.distributor.peers.Peers} first.
 */
package io.engram.distributor.peers;
