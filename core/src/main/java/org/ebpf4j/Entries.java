package org.ebpf4j;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The entries of a map, read as they are when one comes to them. Every entry that is there all the
/// while is seen once; one that comes or goes meanwhile may be seen or not. Where the kernel gives
/// no more than the key after a key, an entry that goes at the wrong moment may have others missed
/// or seen twice: [Cursor#isConsistent()] says whether that may have happened. It always ends. The
/// map stays its owner's; a stream or cursor of it is used by one thread, and closed by who asked
/// for it.
///
/// @param <K> what a key is in Java
/// @param <V> what a value is in Java
public interface Entries<K, V> extends Iterable<Entries.Entry<K, V>> {
  /// One entry.
  ///
  /// @param key the key
  /// @param value the value
  record Entry<K, V>(K key, V value) {}

  /// A place among the entries, before the first one to start with. For one thread.
  ///
  /// @param <K> what a key is in Java
  /// @param <V> what a value is in Java
  interface Cursor<K, V> extends AutoCloseable {
    /// Goes on to the next entry; false where there is none.
    boolean next();

    /// The key of the entry.
    ///
    /// @throws IllegalStateException before the first and after the last
    K key();

    /// The value of the entry.
    ///
    /// @throws IllegalStateException before the first and after the last
    V value();

    /// False where entries may have been missed or seen twice, as the map changed while it was
    /// read.
    boolean isConsistent();

    @Override
    void close();
  }

  /// Starts to go through them.
  Cursor<K, V> cursor();

  /// Goes through them.
  ///
  /// @return false where entries may have been missed or seen twice, as the map changed while it
  ///   was read
  default boolean forEach(BiConsumer<? super K, ? super V> action) {
    try (var cursor = cursor()) {
      while (cursor.next()) {
        action.accept(cursor.key(), cursor.value());
      }
      return cursor.isConsistent();
    }
  }

  /// All of them, in the order in which the kernel gave them. A key that was seen twice has the
  /// later value.
  default Map<K, V> toMap() {
    var all = new LinkedHashMap<K, V>();
    forEach(all::put);
    return all;
  }

  /// Goes through them one by one. What it holds is given back with its last entry; where it is
  /// left before, by the garbage collector.
  @Override
  default Iterator<Entry<K, V>> iterator() {
    var cursor = cursor();
    return new Iterator<>() {
      private boolean ready;
      private boolean ended;

      @Override
      public boolean hasNext() {
        if (!ready && !ended) {
          ready = cursor.next();
          ended = !ready;
          if (ended) {
            cursor.close();
          }
        }
        return ready;
      }

      @Override
      public Entry<K, V> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        ready = false;
        return new Entry<>(cursor.key(), cursor.value());
      }
    };
  }

  /// Goes through them one by one.
  default Stream<Entry<K, V>> stream() {
    return StreamSupport.stream(
        () ->
            Spliterators.spliteratorUnknownSize(
                iterator(), Spliterator.NONNULL | Spliterator.IMMUTABLE),
        Spliterator.NONNULL | Spliterator.IMMUTABLE,
        false);
  }
}
