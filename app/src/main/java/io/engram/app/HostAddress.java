package io.engram.app;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Collections;

/** What this machine is called, and where others reach it. */
final class HostAddress {
    private HostAddress() {}

    /** @throws IllegalArgumentException where the machine does not know its name */
    static String name() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("this machine does not know its name, set ring.instance-id", e);
        }
    }

    /**
     * {@code host:port} of this instance for others.
     *
     * @param wanted {@code ring.instance-addr}
     * @param bound {@code server.bind-address}
     * @throws IllegalArgumentException where the machine has no address that others could call
     */
    static String of(String wanted, String bound, int port) {
        String host = !wanted.isEmpty() ? wanted : !bound.isEmpty() && !bound.equals("0.0.0.0") ? bound : ofMachine();
        boolean hasPort = host.startsWith("[")
                ? host.contains("]:")
                : host.indexOf(':') >= 0 && host.indexOf(':') == host.lastIndexOf(':');
        return hasPort ? host : host + ":" + port;
    }

    private static String ofMachine() {
        try {
            for (NetworkInterface one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InetAddress address : Collections.list(one.getInetAddresses())) {
                    if (address instanceof Inet4Address
                            && !address.isLoopbackAddress()
                            && !address.isLinkLocalAddress()) {
                        return address.getHostAddress();
                    }
                }
            }
        } catch (SocketException e) {
            throw new IllegalArgumentException(
                    "the addresses of this machine cannot be read, set ring.instance-addr", e);
        }
        throw new IllegalArgumentException(
                "this machine has no address that others could call, set ring.instance-addr");
    }
}
