/**
 * The public port. In: requests over HTTP/1.1 and HTTP/2, with and without TLS. Out: answers of the {@link
 * io.engram.server.http.Endpoint} that {@link io.engram.server.http.RouteTable} finds for method and path; what goes
 * wrong becomes a status and a text that ends in an error id. Read {@code HttpServer} first (the chain of handlers),
 * then {@code RouteHandler} (one request from routing to its last byte), then {@code JettyExchange}.
 */
package io.engram.server.http;
