package io.engram.app;

/** What was built. */
final class BuildInfo {
    private BuildInfo() {}

    /** As the jar's manifest says; {@code development} where classes do not come from a jar. */
    static String version() {
        String version = BuildInfo.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
