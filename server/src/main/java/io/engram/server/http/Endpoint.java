package io.engram.server.http;

/** Answers the requests of one route. Called on a virtual thread, so it may block. */
@FunctionalInterface
public interface Endpoint {
    /**
     * @throws io.engram.model.failure.Failure answered with its cause's status and its text
     * @throws Exception anything else is our mistake: logged, answered with 500
     */
    void handle(Exchange exchange) throws Exception;
}
