package io.engram.server.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private final List<String> events = new CopyOnWriteArrayList<>();

    private class Part implements Component {
        private final String name;
        volatile String awaited;

        Part(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start() throws Exception {
            events.add("start " + name);
        }

        @Override
        public void stop() throws Exception {
            events.add("stop " + name);
        }

        @Override
        public String awaited() {
            return awaited;
        }
    }

    private static Lifecycle of(Component... components) {
        return new Lifecycle(List.of(components), Duration.ofMillis(200));
    }

    @Test
    void stopsInTheReverseOfTheStart() throws Exception {
        Lifecycle lifecycle = of(new Part("a"), new Part("b"));

        lifecycle.start();
        lifecycle.stop();

        assertEquals(List.of("start a", "start b", "stop b", "stop a"), events);
        assertEquals(State.TERMINATED, lifecycle.statuses().getFirst().state());
    }

    @Test
    void stopsWhatRunsWhereAStartFails() {
        Part broken = new Part("b") {
            @Override
            public void start() throws Exception {
                throw new IllegalStateException("no disk");
            }
        };
        Lifecycle lifecycle = of(new Part("a"), broken, new Part("c"));

        assertThrows(IllegalStateException.class, lifecycle::start);

        assertEquals(List.of("start a", "stop b", "stop a"), events);
        assertEquals(State.FAILED, lifecycle.statuses().get(1).state());
    }

    @Test
    void saysWhoIsNotReadyAndHowFar() throws Exception {
        Part ingester = new Part("ingester");
        Lifecycle lifecycle = of(ingester);
        assertEquals("ingester: new", lifecycle.awaited());
        ingester.awaited = "replaying 63 %";
        assertEquals("ingester: replaying 63 %", lifecycle.awaited());
        ingester.awaited = null;
        lifecycle.start();
        assertNull(lifecycle.awaited());
        lifecycle.announceStop();
        assertEquals("stopping", lifecycle.awaited());
        assertNull(lifecycle.awaitedByRequests());
    }

    @Test
    void goesOnWithoutAComponentThatDoesNotStop() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Lifecycle lifecycle = of(new Part("a"), new Part("b") {
            @Override
            public void stop() throws Exception {
                never.await();
            }
        });
        lifecycle.start();

        lifecycle.stop();

        assertEquals(List.of("start a", "start b", "stop a"), events);
        assertEquals(State.FAILED, lifecycle.statuses().get(1).state());
    }
}
