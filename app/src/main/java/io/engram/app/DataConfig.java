package io.engram.app;

import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.nio.file.Path;

/** Where data is kept. */
@Section("data")
public record DataConfig(
        @Setting(
                value = "data",
                doc = "Folder for the log, chunks and the seed of the fingerprints; made where missing.")
        Path dir) {}
