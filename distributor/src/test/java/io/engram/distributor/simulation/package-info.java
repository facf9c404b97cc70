/**
 * A cluster in one thread and without a clock: the distributor's quorum writes and the rule by which ingesters are read, as
 * they are, over ingesters that are models. Read {@link io.engram.distributor.simulation.ClusterSimulationTest} first.
 */
package io.engram.distributor.simulation;
