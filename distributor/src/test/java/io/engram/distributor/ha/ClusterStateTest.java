package io.engram.distributor.ha;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ClusterStateTest {
    /** Else the next thing that looks like a hole, of news that is on its way, would be as old as the first. */
    @Test
    void whatOthersHaveStoredMeanwhileWasNoHole() {
        ClusterState seemsToHaveOne = ClusterState.NEW.written(1000).heard(9000, 9000);
        assertEquals(9000, seemsToHaveOne.told(9500, 1000, 9000).holeSinceMs(), "only heard");
        assertEquals(
                ClusterState.NO_HOLE,
                seemsToHaveOne.told(9500, 8000, ClusterState.NO_HOLE).holeSinceMs());
        assertEquals(ClusterState.NO_HOLE, seemsToHaveOne.written(8000).holeSinceMs());
        assertEquals(
                ClusterState.NO_HOLE,
                seemsToHaveOne.written(8000).told(9500, 1000, 9000).holeSinceMs());
    }
}
