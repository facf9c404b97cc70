/**
 * The {@link io.engram.ring.KeyValueStore} of a cluster, on ZooKeeper through Curator: a node for each key, an ephemeral one
 * where a process says that it is there. {@link io.engram.ring.zookeeper.ZooKeeperStore} is the door.
 */
package io.engram.ring.zookeeper;
