package io.engram.ring;

final class InProcessStoreTest extends KeyValueStoreContract {
    private final InProcessStore shared = new InProcessStore();

    @Override
    protected KeyValueStore open() {
        return shared;
    }
}
