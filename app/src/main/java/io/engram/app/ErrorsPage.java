package io.engram.app;

import io.engram.model.failure.Cause;
import io.engram.model.failure.ErrorId;
import io.engram.server.http.FailureStatus;

/** Makes {@code docs/errors.md} from the list of error ids. */
final class ErrorsPage {
    private ErrorsPage() {}

    static String markdown() {
        StringBuilder page = new StringBuilder("""
                # What an error means

                Every refusal ends in an id that never changes. This page is made from the list in the code
                (`ErrorId`); a test compares the two.

                | id | status | what happened | what to do |
                | --- | --- | --- | --- |
                """);
        for (ErrorId id : ErrorId.values()) {
            page.append("| `%s` | %s | %s | %s |%n"
                    .formatted(id.code(), status(id.cause()), cell(id.meaning()), cell(id.remedy())));
        }
        return page.toString();
    }

    private static String status(Cause cause) {
        return Integer.toString(FailureStatus.of(cause).status());
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
