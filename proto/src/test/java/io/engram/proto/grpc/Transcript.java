package io.engram.proto.grpc;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What was said in calls, message by message. As text: a line {@code NUMBER METHOD > BYTES} each, {@code <} for answers, {@code -} for none. */
final class Transcript {
    private final TreeMap<Integer, Call> calls = new TreeMap<>(); // guarded by this

    record Message(boolean isRequest, byte[] bytes) {}

    record Call(String method, List<Message> messages) {
        List<byte[]> requests() {
            return bytes(true);
        }

        List<byte[]> answers() {
            return bytes(false);
        }

        private List<byte[]> bytes(boolean requests) {
            return messages.stream()
                    .filter(message -> message.isRequest == requests)
                    .map(Message::bytes)
                    .toList();
        }

        /** What was answered between a request and the next one. */
        List<byte[]> answersTo(int request) {
            List<byte[]> answers = new ArrayList<>();
            int seen = -1;
            for (Message message : messages) {
                if (message.isRequest) {
                    seen++;
                } else if (seen == request) {
                    answers.add(message.bytes);
                }
            }
            return answers;
        }
    }

    static Transcript parse(String text) {
        Transcript transcript = new Transcript();
        text.lines().forEach(line -> {
            String[] words = line.split(" ");
            byte[] bytes = HexFormat.of().parseHex(words[3].equals("-") ? "" : words[3]);
            transcript.add(Integer.parseInt(words[0]), words[1], words[2].equals(">"), bytes);
        });
        return transcript;
    }

    synchronized byte[] add(int call, String method, boolean isRequest, byte[] message) {
        calls.computeIfAbsent(call, _ -> new Call(method, new ArrayList<>()))
                .messages
                .add(new Message(isRequest, message));
        return message;
    }

    synchronized Map<Integer, Call> calls() {
        return new TreeMap<>(calls);
    }

    @Override
    public synchronized String toString() {
        StringBuilder text = new StringBuilder();
        calls.forEach((number, call) ->
                lines(number, call).forEach(line -> text.append(line).append('\n')));
        return text.toString();
    }

    private static Stream<String> lines(int number, Call call) {
        return call.messages.stream().map(message -> "%d %s %s %s"
                .formatted(
                        number,
                        call.method,
                        message.isRequest ? ">" : "<",
                        message.bytes.length == 0 ? "-" : HexFormat.of().formatHex(message.bytes)));
    }
}
