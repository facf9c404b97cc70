package io.engram.tsdb.block;

import java.lang.foreign.ValueLayout;

/** Goes through a file from part to part; what lies between two must be zeros, and less than {@code alignment} of them. */
final class Coverage {
    private final MappedFile file;
    private final BlockVerify findings;
    private long end;

    Coverage(MappedFile file, BlockVerify findings) {
        this.file = file;
        this.findings = findings;
    }

    /** The next part; 1 as alignment where nothing may lie before it. */
    void part(String what, long from, long to, int alignment) {
        if (from < end) {
            findings.add(file.path(), from, what + " behind " + end, "one at " + from);
            return;
        }
        if (from - end >= alignment) {
            findings.add(file.path(), end, what + " that begins here", "one at " + from);
        } else {
            for (long at = end; at < from; at++) {
                byte b = file.slice(at, at + 1).get(ValueLayout.JAVA_BYTE, 0);
                if (b != 0) {
                    findings.add(file.path(), at, "a zero", Integer.toString(b & 0xFF));
                }
            }
        }
        end = to;
    }

    void finish() {
        if (end < file.size()) {
            findings.add(file.path(), end, "the end of the file", (file.size() - end) + " bytes more");
        }
    }
}
