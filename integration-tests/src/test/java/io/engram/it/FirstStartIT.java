package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a stranger sees who starts it. */
class FirstStartIT {
    @Test
    void saysWhereItListensAndWhatToConfigure() throws Exception {
        Path folder = ServerProcess.folder(FirstStartIT.class);
        try (ServerProcess engram = ServerProcess.engram(folder)) {
            engram.startAndAwait("/ready");
            String said = engram.output();
            assertTrue(said.contains("remote_write"), said);
            assertTrue(said.contains("http://127.0.0.1:" + engram.port + "/api/v1/push"), said);
            assertTrue(said.contains("http://127.0.0.1:" + engram.port + "/prometheus"), said);
            ServerProcess.await("its own metrics", () -> {
                try {
                    return Http.get(engram.url("/prometheus/api/v1/query?query=engram_build_info"))
                            .body()
                            .contains("engram_build_info");
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            assertEquals(0, engram.terminate(), engram::output);
        }
    }

    @Test
    void namesEveryMistakeInTheConfigurationAndExitsWithTwo() throws Exception {
        Path folder = ServerProcess.folder(FirstStartIT.class);
        try (ServerProcess engram = ServerProcess.engram(
                folder, "--server.http-prot=1", "--limits.retention=fortnight", "--target=everything")) {
            engram.start();
            assertEquals(2, engram.awaitExit());
            String said = engram.output();
            assertTrue(said.contains("server.http-prot") && said.contains("server.http-port"), said);
            assertTrue(said.contains("limits.retention") && said.contains("fortnight"), said);
            assertTrue(said.contains("target") && said.contains("everything"), said);
        }
    }

    @Test
    void helpNamesEveryKeyAndExitsWithZero() throws Exception {
        Path folder = ServerProcess.folder(FirstStartIT.class);
        try (ServerProcess engram = ServerProcess.engram(folder, "--help")) {
            engram.start();
            assertEquals(0, engram.awaitExit());
            assertTrue(engram.output().contains("--limits.retention"), engram.output());
            assertTrue(engram.output().contains("--server.http-port"), engram.output());
        }
    }

    @Test
    void secondServerOnTheSameDataIsRefused() throws Exception {
        Path folder = ServerProcess.folder(FirstStartIT.class);
        try (ServerProcess first = ServerProcess.engram(folder);
                ServerProcess second = ServerProcess.engram(folder)) {
            first.startAndAwait("/ready");
            second.start();
            assertEquals(1, second.awaitExit());
            assertTrue(second.output().contains("in use"), second.output());
        }
    }
}
