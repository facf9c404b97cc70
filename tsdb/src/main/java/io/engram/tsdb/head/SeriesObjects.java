package io.engram.tsdb.head;

import java.util.function.ObjIntConsumer;

/** An object for each of some series: open addressing from series number. Guarded by the lock of the owner's lane. */
final class SeriesObjects<T> {
    private static final int START_SIZE = 8;

    /** Series + 1; 0 is free. */
    private int[] keys = {};

    private Object[] values = {};
    private int size;

    /** The object of the series, or null. */
    @SuppressWarnings("unchecked")
    T get(int series) {
        int place = place(series);
        return place < 0 ? null : (T) values[place];
    }

    /** Gives an object to a series that has none. */
    void put(int series, T value) {
        if (3 * size >= 2 * keys.length) {
            grow();
        }
        insert(series + 1, value);
        size++;
    }

    /** Takes the object of a series away; null where it had none. Those behind it in the table move up. */
    @SuppressWarnings("unchecked")
    T remove(int series) {
        int hole = place(series);
        if (hole < 0) {
            return null;
        }
        T removed = (T) values[hole];
        int mask = keys.length - 1;
        int i = hole;
        while (true) {
            i = i + 1 & mask;
            if (keys[i] == 0) {
                break;
            }
            int wanted = home(keys[i]) & mask;
            if ((i - wanted & mask) >= (i - hole & mask)) {
                keys[hole] = keys[i];
                values[hole] = values[i];
                hole = i;
            }
        }
        keys[hole] = 0;
        values[hole] = null;
        size--;
        return removed;
    }

    @SuppressWarnings("unchecked")
    void forEach(ObjIntConsumer<T> visitor) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != 0) {
                visitor.accept((T) values[i], keys[i] - 1);
            }
        }
    }

    /** Memory of the table itself. */
    long bytes() {
        return 8L * keys.length;
    }

    private int place(int series) {
        if (keys.length == 0) {
            return -1;
        }
        int mask = keys.length - 1;
        int i = home(series + 1) & mask;
        while (keys[i] != 0) {
            if (keys[i] == series + 1) {
                return i;
            }
            i = i + 1 & mask;
        }
        return -1;
    }

    private void grow() {
        int[] oldKeys = keys;
        Object[] oldValues = values;
        keys = new int[Math.max(START_SIZE, 2 * oldKeys.length)];
        values = new Object[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                insert(oldKeys[i], oldValues[i]);
            }
        }
    }

    private void insert(int key, Object value) {
        int mask = keys.length - 1;
        int i = home(key) & mask;
        while (keys[i] != 0) {
            i = i + 1 & mask;
        }
        keys[i] = key;
        values[i] = value;
    }

    private static int home(int key) {
        int mixed = key * 0x9E3779B9;
        return mixed ^ mixed >>> 15;
    }
}
