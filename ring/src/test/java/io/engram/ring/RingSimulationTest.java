package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import io.engram.ring.Instance.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A cluster in one thread: processes join, crash, come back, leave, lose their sessions; the store goes, comes back, forgets
 * everything; reads are stale, answers are lost. Every write is checked ({@link SimulatedStore}): tokens are unique, and no
 * crash, restart or lost session moves one.
 */
final class RingSimulationTest {
    private static final long TICK_MS = 500;
    private static final long SESSION_MS = 6000;
    private static final RingState.Times TIMES = new RingState.Times(2 * SESSION_MS, 0, true);
    private static final int ZONES = 3;

    @Test
    void whateverHappensTokensStayAndAllAgreeInTheEnd() {
        Seeds.check(100, random -> new Cluster(random).run());
    }

    private static final class Process {
        final String id;
        final String address;
        final String zone;
        Registration registration;
        RingState view = RingState.EMPTY;
        boolean up = true;
        boolean cut;
        long cutMs;
        /** What it is about to write, decided by what it saw a tick ago. */
        Registration.Step.Write decided;

        long decidedClaim;

        Process(String id, String address, String zone, long nowMs) {
            this.id = id;
            this.address = address;
            this.zone = zone;
            this.registration = Registration.joining(id, address, zone, nowMs);
        }
    }

    private static final class Cluster {
        final SplittableRandom random;
        final SimulatedStore store = new SimulatedStore();
        final List<Process> processes = new ArrayList<>();
        long nowMs = 1_000_000;
        int made;

        Cluster(SplittableRandom random) {
            this.random = random;
        }

        void run() {
            int first = random.nextInt(1, 7);
            for (int i = 0; i < first; i++) {
                start();
            }
            for (int tick = 0; tick < 120; tick++) {
                disturb();
                tick();
            }
            store.reachable = true;
            processes.forEach(process -> process.cut = false);
            for (int tick = 0; tick < 80; tick++) {
                tick();
            }
            checkAllAgree();
        }

        void start() {
            String id = "i" + made;
            processes.add(new Process(id, id + ":1", "zone-" + made % ZONES, nowMs));
            made++;
        }

        void disturb() {
            Process any = processes.get(random.nextInt(processes.size()));
            switch (random.nextInt(40)) {
                case 0 -> {
                    if (processes.size() < 7) {
                        start();
                    }
                }
                case 1 -> any.up = false;
                case 2, 3 -> restart(any);
                case 4 -> store.reachable = !store.reachable;
                case 5 -> {
                    any.cut = !any.cut;
                    any.cutMs = nowMs;
                }
                case 6 -> store.heartbeats.remove(any.id); // the session of its last life, or one that a server lost
                case 7 -> store.wipe();
                case 8 -> {
                    if (any.up) {
                        any.registration = any.registration.gone();
                        any.decided = null;
                    }
                }
                case 9 -> {
                    if (store.reachable && !any.up && !store.heartbeats.containsKey(any.id)) {
                        store.forget(any.id); // an operator
                    }
                }
                default -> {}
            }
        }

        void restart(Process old) {
            if (!old.up) {
                processes.remove(old);
                String address = random.nextBoolean() ? old.address : old.id + ":" + random.nextInt(2, 9);
                processes.add(new Process(old.id, address, old.zone, nowMs));
            }
        }

        void tick() {
            nowMs += TICK_MS;
            if (store.reachable) { // sessions of processes that were replaced
                store.heartbeats
                        .values()
                        .removeIf(owner -> owner instanceof Process process
                                && !processes.contains(process)
                                && nowMs - process.cutMs > SESSION_MS);
            }
            for (Process process : List.copyOf(processes)) {
                boolean connected = process.up && !process.cut && store.reachable;
                keepHeartbeat(process, connected);
                if (connected) {
                    register(process);
                }
                if (process.up) {
                    look(process, connected);
                }
            }
        }

        void keepHeartbeat(Process process, boolean connected) {
            boolean entered = process.registration.writtenVersion() > 0;
            if (connected && entered && process.registration.member()) {
                store.heartbeats.put(process.id, process);
                process.cutMs = nowMs;
            } else if (store.reachable
                    && store.heartbeats.get(process.id) == process
                    && nowMs - process.cutMs > SESSION_MS) {
                store.heartbeats.remove(process.id);
            }
        }

        void register(Process process) {
            if (process.decided != null) {
                Registration.Step.Write write = process.decided;
                process.decided = null;
                boolean made = store.commit(process.id, write, process.decidedClaim);
                boolean answerLost = random.nextInt(20) == 0;
                if (made && !answerLost) {
                    process.registration = write.registration();
                }
                return;
            }
            Registered own = store.instances.get(process.id);
            boolean settled = own != null && own.version() == process.registration.writtenVersion();
            boolean wantsMore = process.registration.member()
                    && process.registration.writtenVersion() > 0
                    && process.registration.self().state() == State.JOINING;
            if (settled && wantsMore && !process.registration.self().tokens().isEmpty() && random.nextInt(3) == 0) {
                process.registration = process.registration.becoming(State.ACTIVE);
            } else if (settled
                    && process.registration.member()
                    && own.instance().state() == process.registration.self().state()) {
                return;
            }
            Roll roll = store.roll();
            switch (process.registration.step(roll)) {
                case Registration.Step.Settled(Registration now) -> process.registration = now;
                case Registration.Step.Write write -> {
                    process.decided = write;
                    process.decidedClaim = roll.claimVersion();
                }
                case Registration.Step.Taken _ -> {}
            }
        }

        void look(Process process, boolean connected) {
            int before = process.view.members().size();
            boolean wasConnected = process.view.connected();
            Set<String> unhealthyBefore = process.view.health().unhealthy();
            step(process, new RingEvent.Tick(connected));
            if (connected && random.nextInt(4) > 0) {
                step(process, new RingEvent.Instances(Map.copyOf(store.instances)));
                step(process, new RingEvent.Heartbeats(Set.copyOf(store.heartbeats.keySet())));
            }
            if (!connected) {
                assertEquals(before, process.view.members().size(), "a store that is away changes no ring");
                assertTrue(unhealthyBefore.containsAll(process.view.health().unhealthy()), "nor anybody's health");
            } else if (!wasConnected) {
                assertTrue(unhealthyBefore.containsAll(process.view.health().unhealthy()), "the grace begins anew");
            }
        }

        void step(Process process, RingEvent event) {
            RingState.Step step = process.view.step(event, nowMs, TIMES);
            assertTrue(step.forget().isEmpty(), "nobody is forgotten but by an operator");
            process.view = step.state();
        }

        void checkAllAgree() {
            for (Process process : processes) {
                Registered stored = store.instances.get(process.id);
                if (process.up && process.registration.member()) {
                    assertEquals(State.ACTIVE, stored.instance().state(), process.id);
                    assertEquals(process.address, stored.instance().address());
                    assertEquals(Tokens.PER_INSTANCE, stored.instance().tokens().size());
                    assertTrue(process.registration.self().equals(stored.instance()), process.id);
                }
            }
            for (Process process : processes) {
                if (process.up) {
                    assertTrue(store.instances.equals(process.view.stored()), process.id + " sees another ring");
                    assertEquals(store.instances.size(), process.view.members().size());
                    Set<String> unhealthy = process.view.health().unhealthy();
                    assertTrue(
                            unhealthy.stream().noneMatch(store.heartbeats::containsKey), "whoever is there is healthy");
                    List<String> missing = store.instances.keySet().stream()
                            .filter(id -> !store.heartbeats.containsKey(id))
                            .toList();
                    assertFalse(missing.size() == 1 && unhealthy.isEmpty(), "one that is gone is unhealthy");
                }
            }
        }
    }
}
