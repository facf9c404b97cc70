package io.engram.server.http;

/** The little HTML that pages need. */
public final class Html {
    private Html() {}

    /** Text as it stands in an element or in a quoted attribute: names come from strangers. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
